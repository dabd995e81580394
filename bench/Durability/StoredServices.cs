using System.Text.Json;
using Mesh.Model.Resources;
using Mesh.Model.Text;
using Mesh.Policies.Core;
using Mesh.Stores.Embedded;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Durability;

/// <summary>MeshServices as a global control plane has them of its zones, a thousand of each.</summary>
internal static class StoredServices
{
    public const string Kind = "MeshService";
    private const int OfOneZone = 1000;
    private static readonly ResourceCatalog _catalog = MeshCatalog.Create();
    private static readonly ResourceDescriptor _descriptor = _catalog[Kind];

    public static Task<EmbeddedStore> OpenAsync(string folder) => EmbeddedStore.OpenAsync(
        new EmbeddedStoreOptions { DataDirectory = folder }, _catalog, ModelJson.Options, TimeProvider.System, NullLogger<EmbeddedStore>.Instance);

    public static Resource Mesh()
    {
        var descriptor = _catalog["Mesh"];
        return new Resource { Descriptor = descriptor, Name = "default", Spec = JsonSerializer.Deserialize("{}", descriptor.SpecType, ModelJson.Options)! };
    }

    public static string NameOf(int number) => $"service-{number}";

    public static Resource New(int number)
    {
        var zone = $"zone-{number / OfOneZone}";
        var spec = $$"""
            {"selector": {"dataplaneLabels": {"matchLabels": {"kuma.io/workload": "w-{{number}}"} } },
             "ports": [{"name": "main", "port": 8080, "targetPort": 8080, "appProtocol": "http"}]}
            """;
        return new Resource
        {
            Descriptor = _descriptor,
            Name = NameOf(number),
            Mesh = "default",
            Labels = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                [ResourceLabels.DisplayName] = $"s-{number}",
                [ResourceLabels.Origin] = "zone",
                [ResourceLabels.Zone] = zone,
            },
            Spec = JsonSerializer.Deserialize(spec, _descriptor.SpecType, ModelJson.Options)!,
        };
    }
}
