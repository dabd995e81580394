using System.Collections.Concurrent;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Policies;
using Mesh.Policies.Matching;

namespace Mesh.Server.Rest.Inspect;

/// <summary>
/// Policies of meshes for inspection, read from the store itself: so what is shown holds for proxies that never connected,
/// too. A picture is kept as long as the store does not change. Safe for concurrent use.
/// </summary>
internal sealed class PolicyPictures(RestServices services)
{
    private readonly ConcurrentDictionary<string, PolicyPicture> _pictures = new(StringComparer.Ordinal);

    public async ValueTask<PolicyPicture> GetAsync(string mesh, CancellationToken cancellationToken)
    {
        var revision = services.Store.Revision;
        if (_pictures.TryGetValue(mesh, out var known) && known.Revision == revision)
        {
            return known;
        }

        var policies = new List<Resource>();
        foreach (var descriptor in services.Catalog.All.Where(d => d.Policy is not null))
        {
            policies.AddRange(await ListAsync(descriptor.Kind, mesh, cancellationToken));
        }

        var resources = new List<Resource>();
        if (await services.Store.GetAsync(new ResourceKey(MeshKind.Name, "", mesh), cancellationToken) is { } self)
        {
            resources.Add(self);
        }

        foreach (var kind in new[] { MeshServiceKind.Name, MeshMultiZoneServiceKind.Name, MeshExternalServiceKind.Name, MeshIdentityKind.Name })
        {
            resources.AddRange(await ListAsync(kind, mesh, cancellationToken));
        }

        var destinations = new ListDestinationIndex(mesh, [.. resources, .. policies]);
        var picture = new PolicyPicture(
            revision, MeshPolicies.Create(PolicyCatalog.Default, policies, destinations, known?.Policies), destinations, resources);
        _pictures[mesh] = picture;
        return picture;
    }

    private async ValueTask<IReadOnlyList<Resource>> ListAsync(string kind, string mesh, CancellationToken cancellationToken) =>
        (await services.Store.ListAsync(new ResourceQuery { Kind = kind, Mesh = mesh }, cancellationToken)).Items;
}
