using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Model.Text;

namespace Mesh.Model.Json;

/// <summary>JSON of others, of which nothing is left to fail when it is used: nodes read their texts and names late.</summary>
public static class StrictJson
{
    private static readonly JsonDocumentOptions _options = new() { MaxDepth = ModelJson.MaxDepth, AllowDuplicateProperties = false };

    /// <summary>Reads a tree.</summary>
    /// <exception cref="JsonException">It is no JSON, names a property twice, or has a text that is none.</exception>
    public static JsonNode? Parse(ReadOnlySpan<byte> utf8)
    {
        DemandText(utf8);
        return JsonNode.Parse(utf8, null, _options);
    }

    /// <summary>Refuses bytes that are no UTF-8 and escaped halves of characters.</summary>
    /// <exception cref="JsonException">There are some.</exception>
    public static void DemandText(ReadOnlySpan<byte> utf8)
    {
        if (!JsonText.Repair(utf8).SequenceEqual(utf8))
        {
            throw new JsonException("it has a text that is not Unicode");
        }
    }
}
