using System.Text.Json.Nodes;
using Mesh.Model.Resources;

namespace Mesh.Cli.Output;

/// <summary>A resource or a list of them as YAML. One whose spec stands at the top level shows its head first.</summary>
internal static class ResourceYamlText
{
    private static readonly HashSet<string> _head = new(StringComparer.Ordinal)
    {
        "type", "mesh", "name", "creationTime", "modificationTime", "labels", "kri",
    };

    /// <summary>Whether a field belongs to the head: it says which resource it is and when it was written.</summary>
    public static bool IsHead(string field) => _head.Contains(field);

    public static string Of(JsonNode node, ResourceDescriptor descriptor)
    {
        if (!descriptor.IsFlat || node is not JsonObject resource || resource.ContainsKey("items"))
        {
            return YamlText.Of(node);
        }

        var head = new JsonObject();
        var rest = new JsonObject();
        foreach (var (key, value) in resource)
        {
            (_head.Contains(key) ? head : rest)[key] = value?.DeepClone();
        }

        return YamlText.Of(head) + (rest.Count > 0 ? YamlText.Of(rest) : "");
    }
}
