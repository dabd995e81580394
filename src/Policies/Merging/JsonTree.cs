using System.Text.Json.Nodes;
using Mesh.Model.Text;

namespace Mesh.Policies.Merging;

/// <summary>JSON trees that several threads may read.</summary>
internal static class JsonTree
{
    /// <summary>
    /// A value as an object whose every level is built: nodes build their children when first read, which two threads must
    /// not do at once.
    /// </summary>
    internal static JsonObject ToObject(object? value)
    {
        var tree = ModelJson.ToNode(value) as JsonObject ?? [];
        Visit(tree);
        return tree;
    }

    private static void Visit(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var (_, child) in map)
                {
                    Visit(child);
                }

                break;
            case JsonArray list:
                foreach (var child in list)
                {
                    Visit(child);
                }

                break;
        }
    }
}
