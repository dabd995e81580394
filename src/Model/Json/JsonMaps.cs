using System.Text.Json.Nodes;

namespace Mesh.Model.Json;

/// <summary>Walks JSON trees.</summary>
public static class JsonMaps
{
    /// <summary>Every object of a tree, each before those within it: values of one may be replaced while it is looked at.</summary>
    public static IEnumerable<JsonObject> Of(JsonNode? tree)
    {
        var left = new Stack<JsonNode?>([tree]);
        while (left.TryPop(out var node))
        {
            switch (node)
            {
                case JsonObject map:
                    yield return map;
                    foreach (var (_, child) in map)
                    {
                        left.Push(child);
                    }

                    break;
                case JsonArray list:
                    foreach (var child in list)
                    {
                        left.Push(child);
                    }

                    break;
                default:
                    break;
            }
        }
    }
}
