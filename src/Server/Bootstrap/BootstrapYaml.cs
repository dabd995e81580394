using System.Text.Json.Nodes;
using Mesh.Model.Text;

namespace Mesh.Server.Bootstrap;

/// <summary>A bootstrap as YAML text with sorted keys, so that it reads well and two of them compare line by line.</summary>
internal static class BootstrapYaml
{
    public static string Write(JsonObject tree) => YamlWriter.Write(Sorted(tree));

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject tree => new JsonObject(tree
            .OrderBy(property => property.Key, StringComparer.Ordinal)
            .Select(property => KeyValuePair.Create(property.Key, Sorted(property.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}
