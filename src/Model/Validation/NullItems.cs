using System.Text.Json;
using Mesh.Model.Schema;

namespace Mesh.Model.Validation;

/// <summary>
/// Finds what deserializers let through and nobody expects: <c>null</c> as an item of a list or as a value of a map. For what has not passed the schema.
/// </summary>
public static class NullItems
{
    /// <summary>Where the first one is, e.g. <c>.to[0]</c>; null: there is none. Values that may be anything are not looked into.</summary>
    /// <param name="value">A spec or a status.</param>
    /// <param name="type">Its type in the model.</param>
    public static string? Find(JsonElement value, Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return Find(value, SchemaReader.Of(type), "");
    }

    private static string? Find(JsonElement value, SchemaNode schema, string path) => (schema.Kind, value.ValueKind) switch
    {
        (SchemaKind.Object, JsonValueKind.Object) => value.EnumerateObject()
            .Select(field => schema.Fields.TryGetValue(field.Name, out var known) ? Find(field.Value, known.Node, $"{path}.{field.Name}") : null)
            .FirstOrDefault(found => found is not null),
        (SchemaKind.Map, JsonValueKind.Object) => value.EnumerateObject()
            .Select(entry => OfItem(entry.Value, schema.Item!, $"{path}.{entry.Name}"))
            .FirstOrDefault(found => found is not null),
        (SchemaKind.List, JsonValueKind.Array) => value.EnumerateArray()
            .Select((item, index) => OfItem(item, schema.Item!, $"{path}[{index}]"))
            .FirstOrDefault(found => found is not null),
        _ => null,
    };

    private static string? OfItem(JsonElement item, SchemaNode schema, string path) =>
        item.ValueKind == JsonValueKind.Null && schema.Kind != SchemaKind.Any ? path : Find(item, schema, path);
}
