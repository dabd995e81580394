namespace Mesh.Model.Schema;

/// <summary>Length in characters and pattern of a text.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TextAttribute(int minimum = 0, int maximum = int.MaxValue) : Attribute
{
    /// <summary>Least length.</summary>
    public int Minimum { get; } = minimum;

    /// <summary>Greatest length.</summary>
    public int Maximum { get; } = maximum;

    /// <summary>Regular expression that the text must match, or null.</summary>
    public string? Pattern { get; init; }
}
