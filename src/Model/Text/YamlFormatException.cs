namespace Mesh.Model.Text;

/// <summary>A text that is no YAML, or more than is read.</summary>
public sealed class YamlFormatException : FormatException
{
    /// <summary>A fault at a place of the text.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="line">Line, from 1; 0: not known.</param>
    public YamlFormatException(string message, long line)
        : base(line > 0 ? $"yaml: line {line}: {message}" : $"yaml: {message}") => Line = line;

    /// <summary>Line of the fault, from 1; 0: not known.</summary>
    public long Line { get; }
}
