using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Mesh.Model.Templates;

/// <summary>
/// The safe part of Go's text templates that the contract uses in SPIFFE ids (§3.9) and hostnames: text, <c>{{ .Field }}</c>
/// and <c>{{ label "key" }}</c>. No loops, conditions, variables or other functions. Immutable.
/// </summary>
public sealed class GoTemplate
{
    /// <summary>Longest template, in characters, that is parsed at all.</summary>
    public const int MaxLength = 4096;

    private readonly IReadOnlyList<TemplatePart> _parts;

    internal GoTemplate(string source, IReadOnlyList<TemplatePart> parts)
    {
        Source = source;
        _parts = parts;
        Fields = [.. parts.Where(part => part.Kind == TemplatePartKind.Field).Select(part => part.Text).Distinct(StringComparer.Ordinal)];
        Labels = [.. parts.Where(part => part.Kind == TemplatePartKind.Label).Select(part => part.Text).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The template as written.</summary>
    public string Source { get; }

    /// <summary>Names of the fields it uses, without the dot, in order of first use.</summary>
    public IReadOnlyList<string> Fields { get; }

    /// <summary>Keys of the labels it uses, in order of first use.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Reads a template.</summary>
    /// <param name="source">The template.</param>
    /// <param name="template">The template, or null.</param>
    /// <param name="error">What is wrong, worded as Go does where it is a fault there too, e.g. <c>template: :1: function "x" not defined</c>; empty when nothing is.</param>
    public static bool TryParse(string source, [NotNullWhen(true)] out GoTemplate? template, out string error)
    {
        ArgumentNullException.ThrowIfNull(source);
        template = null;
        if (source.Length > MaxLength)
        {
            error = $"template: longer than {MaxLength} characters";
            return false;
        }

        if (!new TemplateParser(source).TryParse(out var parts, out error))
        {
            return false;
        }

        template = new GoTemplate(source, parts);
        return true;
    }

    /// <summary>Renders the template.</summary>
    /// <param name="field">Value of a field by its name; null: there is no such field.</param>
    /// <param name="label">Value of a label by its key; null: there is no such label.</param>
    /// <param name="text">The rendered text; empty on failure.</param>
    /// <param name="error">What is missing; empty on success.</param>
    public bool TryRender(Func<string, string?> field, Func<string, string?> label, out string text, out string error)
    {
        ArgumentNullException.ThrowIfNull(field);
        ArgumentNullException.ThrowIfNull(label);
        var rendered = new StringBuilder(Source.Length + 32);
        text = "";
        foreach (var part in _parts)
        {
            var value = part.Kind switch
            {
                TemplatePartKind.Field => field(part.Text),
                TemplatePartKind.Label => label(part.Text),
                _ => part.Text,
            };
            if (value is null)
            {
                error = part.Kind == TemplatePartKind.Field ? $"no value for field .{part.Text}" : $"label \"{part.Text}\" not found";
                return false;
            }

            rendered.Append(value);
        }

        text = rendered.ToString();
        error = "";
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Source;
}
