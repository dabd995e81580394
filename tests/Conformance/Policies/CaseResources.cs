using System.Collections;
using System.Reflection;
using System.Text.Json.Nodes;
using Mesh.Model.Resources;
using Mesh.Model.Schema;
using Mesh.Model.Text;
using Mesh.Policies.Core;
using Mesh.Testing;

namespace Mesh.Conformance.Policies;

/// <summary>Resources of matching and merging cases: read without validation, since cases hold what would be refused.</summary>
internal static class CaseResources
{
    private static readonly string[] _meta = ["type", "name", "mesh", "labels", "creationTime", "modificationTime"];

    internal static IReadOnlyList<Resource> ReadAll(string path) => [.. YamlTree.ReadAll(path).OfType<JsonObject>().Select(Read)];

    internal static Resource Read(JsonObject document)
    {
        var descriptor = MeshCatalog.Create()[document["type"]!.GetValue<string>()];
        var spec = document["spec"]?.DeepClone() ?? new JsonObject();
        if (descriptor.IsFlat)
        {
            spec = document.DeepClone();
            foreach (var key in _meta)
            {
                ((JsonObject)spec).Remove(key);
            }
        }

        Fill(spec, descriptor.SpecType);
        return new Resource
        {
            Descriptor = descriptor,
            Name = document["name"]!.GetValue<string>(),
            Mesh = document["mesh"]?.GetValue<string>() ?? "",
            Labels = document["labels"] is JsonObject labels
                ? labels.ToDictionary(pair => pair.Key, pair => pair.Value!.ToString(), StringComparer.Ordinal)
                : ResourceLabels.None,
            Spec = System.Text.Json.JsonSerializer.Deserialize(spec, descriptor.SpecType, ModelJson.Options)!,
        };
    }

    /// <summary>Writes the fallback values that a schema gives to absent fields.</summary>
    private static void Fill(JsonNode? node, Type type)
    {
        if (node is JsonArray list && type != typeof(string) && ItemType(type) is { } item)
        {
            foreach (var child in list)
            {
                Fill(child, item);
            }
        }

        if (node is not JsonObject map || typeof(IEnumerable).IsAssignableFrom(type))
        {
            return;
        }

        foreach (var property in type.GetProperties())
        {
            var name = property.GetCustomAttribute<System.Text.Json.Serialization.JsonPropertyNameAttribute>()?.Name
                ?? System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            if (map.TryGetPropertyValue(name, out var child))
            {
                Fill(child, Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType);
            }
            else if (property.GetCustomAttribute<FallbackAttribute>() is { } fallback)
            {
                map[name] = JsonValue.Create(fallback.Value);
            }
        }
    }

    private static Type? ItemType(Type type) => type.IsGenericType ? type.GetGenericArguments()[^1] : null;
}
