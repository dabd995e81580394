using System.Text;
using System.Text.Json.Nodes;

namespace Mesh.Sidecar.Relay;

/// <summary>Reads a bootstrap's tree; Envoy takes names in both spellings.</summary>
internal static class BootstrapTree
{
    /// <summary>A field by its JSON name or its proto name; null when it is not there.</summary>
    public static JsonNode? Field(JsonNode? node, string name) =>
        node is JsonObject tree ? tree[name] ?? tree[ProtoName(name)] : null;

    /// <summary>A field, fields within fields.</summary>
    public static JsonNode? Field(JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            node = Field(node, name);
        }

        return node;
    }

    /// <summary>The only item of a list; null when there are none or several.</summary>
    public static JsonNode? Only(JsonNode? node) => node is JsonArray { Count: 1 } list ? list[0] : null;

    /// <summary>A text or number; empty when it is not there.</summary>
    public static string Text(JsonNode? node) => node is JsonValue value ? value.ToString() : "";

    /// <summary>The item of a list with this name.</summary>
    public static JsonObject? Named(JsonNode? list, string name) =>
        (list as JsonArray)?.OfType<JsonObject>().FirstOrDefault(item => Text(item["name"]) == name);

    /// <summary>Takes a field away, in both spellings.</summary>
    public static void Remove(JsonObject node, string name)
    {
        node.Remove(name);
        node.Remove(ProtoName(name));
    }

    /// <summary>The content of a <c>DataSource</c>; empty when it has none.</summary>
    /// <exception cref="FormatException">It is no base64.</exception>
    /// <exception cref="IOException">Its file cannot be read.</exception>
    public static string Content(JsonNode? source) =>
        Text(Field(source, "inlineBytes")) is { Length: > 0 } bytes ? Encoding.UTF8.GetString(Convert.FromBase64String(bytes))
        : Text(Field(source, "inlineString")) is { Length: > 0 } text ? text
        : Text(Field(source, "filename")) is { Length: > 0 } file ? File.ReadAllText(file)
        : "";

    private static string ProtoName(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        foreach (var c in name)
        {
            if (char.IsAsciiLetterUpper(c))
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }
}
