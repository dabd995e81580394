using System.Collections.Concurrent;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Policies;
using Mesh.Zone.Inspect;

namespace Mesh.Server.Rest.Inspect;

/// <summary>
/// Inspectors of meshes, made from the store itself, so that they speak of proxies that never connected, too. One is kept as
/// long as the store does not change. Safe for concurrent use.
/// </summary>
internal sealed class MeshInspectors(RestServices services)
{
    private readonly ConcurrentDictionary<string, (long Revision, MeshInspector Inspector)> _known = new(StringComparer.Ordinal);

    public async ValueTask<MeshInspector> GetAsync(string mesh, CancellationToken cancellationToken)
    {
        var revision = services.Store.Revision;
        if (_known.TryGetValue(mesh, out var known) && known.Revision == revision)
        {
            return known.Inspector;
        }

        var resources = new List<Resource>();
        foreach (var descriptor in services.Catalog.All.Where(IsOfInterest))
        {
            var query = new ResourceQuery { Kind = descriptor.Kind, Mesh = descriptor.Scope == ResourceScope.Mesh ? mesh : null };
            resources.AddRange((await services.Store.ListAsync(query, cancellationToken)).Items);
        }

        var inspector = new MeshInspector(mesh, services.Settings.Multizone.Zone.Name, PolicyCatalog.Default, resources);
        _known[mesh] = (revision, inspector);
        return inspector;
    }

    private static bool IsOfInterest(ResourceDescriptor descriptor) =>
        !descriptor.IsAdminOnly && !descriptor.IsReadOnly
        && (descriptor.Scope == ResourceScope.Mesh || descriptor.Kind is MeshKind.Name or HostnameGeneratorKind.Name);
}
