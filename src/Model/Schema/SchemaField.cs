using System.Text.RegularExpressions;

namespace Mesh.Model.Schema;

/// <summary>One field of an object: its type and what its attributes demand.</summary>
internal sealed class SchemaField
{
    public required string Name { get; init; }

    public required SchemaNode Node { get; init; }

    public bool IsMandatory { get; init; }

    /// <summary>Value taken when the field is absent, or null.</summary>
    public object? Fallback { get; init; }

    /// <summary>Allowed values of the field or of its items, or null.</summary>
    public IReadOnlyList<string>? Values { get; init; }

    /// <summary>Allowed kinds of the target reference in this field, or null.</summary>
    public IReadOnlyList<string>? Kinds { get; init; }

    public RangeOfAttribute? Range { get; init; }

    public ItemsAttribute? Items { get; init; }

    public TextAttribute? Text { get; init; }

    public Regex? Pattern { get; init; }

    public ProtoEnumAttribute? Enumeration { get; init; }
}
