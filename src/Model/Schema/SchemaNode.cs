using System.Collections.Frozen;

namespace Mesh.Model.Schema;

/// <summary>Schema of one type of the model, read from its properties and their attributes. Immutable; types do not nest in themselves.</summary>
internal sealed class SchemaNode
{
    public required SchemaKind Kind { get; init; }

    /// <summary>Items of a list, values of a map.</summary>
    public SchemaNode? Item { get; init; }

    /// <summary>Fields of an object by JSON name.</summary>
    public FrozenDictionary<string, SchemaField> Fields { get; init; } = FrozenDictionary<string, SchemaField>.Empty;

    /// <summary>Name of the kind of JSON, for messages.</summary>
    public string TypeName => Kind switch
    {
        SchemaKind.Text => "string",
        SchemaKind.Integer => "integer",
        SchemaKind.Number => "number",
        SchemaKind.Boolean => "boolean",
        SchemaKind.List => "array",
        SchemaKind.IntOrString => "integer,string",
        _ => "object",
    };
}
