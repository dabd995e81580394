using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Model.Text;
using Mesh.Model.Validation;
using Mesh.Server.Bootstrap;

namespace Mesh.Server.DataPlane;

/// <summary>Dataplanes for bootstraps: those that proxies bring along, and those in the store.</summary>
internal sealed class StoredDataplanes(IResourceStore store, ResourceCatalog catalog) : IBootstrapDataplanes
{
    public BootstrapDataplane Read(string resource)
    {
        var documents = ResourceYaml.ParseAll(resource, catalog);
        if (documents.Count != 1)
        {
            throw new BootstrapException(422, "the dataplane file must hold one resource");
        }

        var parsed = documents[0];
        if (parsed.Resource is not { Spec: DataplaneSpec } dataplane)
        {
            throw new BootstrapException(422, "the dataplane file is not valid: " + (parsed.Error ?? Join(parsed.Violations, "it must be a Dataplane")));
        }

        var violations = new ViolationList();
        DataplaneKind.Resource.Validate?.Invoke(dataplane, violations);
        return violations.IsEmpty ? Describe(dataplane) : throw new BootstrapException(422, "the dataplane file is not valid: " + Join(violations, ""));
    }

    public async ValueTask<BootstrapDataplane?> FindAsync(string mesh, string name, CancellationToken cancellationToken) =>
        await store.GetAsync(new ResourceKey(DataplaneKind.Name, mesh, name), cancellationToken) is { } dataplane ? Describe(dataplane) : null;

    private static BootstrapDataplane Describe(Resource dataplane)
    {
        var networking = dataplane.SpecAs<DataplaneSpec>().Networking;
        var listens = new List<(string, string, uint)>();
        var inbounds = networking?.Inbound ?? [];
        for (var i = 0; i < inbounds.Count; i++)
        {
            var inbound = inbounds[i];
            listens.Add(($"inbound[{i}].port", inbound.Address ?? networking!.Address ?? "", inbound.Port));
        }

        var outbounds = networking?.Outbound ?? [];
        for (var i = 0; i < outbounds.Count; i++)
        {
            listens.Add(($"outbound[{i}].port", outbounds[i].Address ?? "127.0.0.1", outbounds[i].Port));
        }

        return new BootstrapDataplane
        {
            Labels = dataplane.Labels,
            Address = networking?.Address ?? "",
            AdminPort = networking?.Admin?.Port ?? 0,
            Listens = listens,
        };
    }

    private static string Join(ViolationList violations, string otherwise) =>
        violations.IsEmpty ? otherwise : string.Join("; ", violations.Select(v => v.Field.Length > 0 ? $"{v.Field}: {v.Message}" : v.Message));
}
