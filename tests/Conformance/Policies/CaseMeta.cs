using System.Text.Json.Nodes;
using Mesh.Model.Naming;
using Mesh.Model.Resources;
using Mesh.Model.Text;

namespace Mesh.Conformance.Policies;

/// <summary>Prints resources as golden files of matching and merging do.</summary>
internal static class CaseMeta
{
    internal const string NoTime = "0001-01-01T00:00:00Z";

    /// <summary>As an item of a list; with its spec where <paramref name="withSpec"/>.</summary>
    internal static JsonObject Of(Resource resource, bool withSpec = false)
    {
        var meta = new JsonObject
        {
            ["creationTime"] = NoTime,
            ["modificationTime"] = NoTime,
            ["kri"] = resource.GetKri().ToString(),
            ["name"] = resource.Name,
            ["type"] = resource.Kind,
        };
        if (resource.Mesh.Length > 0)
        {
            meta["mesh"] = resource.Mesh;
        }

        if (resource.Labels.Count > 0)
        {
            meta["labels"] = Labels(resource);
        }

        if (withSpec)
        {
            meta["spec"] = ModelJson.ToNode(resource.Spec);
        }

        return meta;
    }

    /// <summary>As the object that a control plane keeps; with the Kubernetes name where the name ends in a namespace.</summary>
    internal static JsonObject Stored(Resource resource, string? kubernetesNamespace) => new()
    {
        ["CreationTime"] = NoTime,
        ["ModificationTime"] = NoTime,
        ["Labels"] = Labels(resource),
        ["Mesh"] = resource.Mesh,
        ["Name"] = resource.Name,
        ["NameExtensions"] = kubernetesNamespace is null
            ? null
            : new JsonObject
            {
                ["k8s.kuma.io/name"] = resource.Name[..^(kubernetesNamespace.Length + 1)],
                ["k8s.kuma.io/namespace"] = kubernetesNamespace,
            },
        ["Version"] = "",
    };

    private static JsonObject Labels(Resource resource) =>
        new(resource.Labels.Select(label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value)));
}
