using System.Collections.Concurrent;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Policies;
using Mesh.Zone.Inspect;

namespace Mesh.Server.Rest.Inspect;

/// <summary>
/// Inspectors of meshes, made from the store itself, so that they speak of proxies that never connected, too. One is used again as
/// long as the store does not change and memory lasts: that of a Global holds all its zones. Safe for concurrent use.
/// </summary>
internal sealed class MeshInspectors(RestServices services)
{
    private readonly ConcurrentDictionary<string, (long Revision, WeakReference<MeshInspector> Inspector)> _known = new(StringComparer.Ordinal);

    public async ValueTask<MeshInspector> GetAsync(string mesh, CancellationToken cancellationToken)
    {
        var revision = services.Store.Revision;
        if (_known.TryGetValue(mesh, out var known) && known.Revision == revision && known.Inspector.TryGetTarget(out var kept))
        {
            return kept;
        }

        var resources = new List<Resource>();
        foreach (var descriptor in services.Catalog.All.Where(IsOfInterest))
        {
            var query = new ResourceQuery { Kind = descriptor.Kind, Mesh = descriptor.Scope == ResourceScope.Mesh ? mesh : null };
            resources.AddRange((await services.Store.ListAsync(query, cancellationToken)).Items);
        }

        var inspector = new MeshInspector(mesh, services.Settings.IsGlobal ? "" : services.Settings.Multizone.Zone.Name, PolicyCatalog.Default, resources);
        _known[mesh] = (revision, new WeakReference<MeshInspector>(inspector));
        return inspector;
    }

    private static bool IsOfInterest(ResourceDescriptor descriptor) =>
        !descriptor.IsAdminOnly && !descriptor.IsReadOnly
        && (descriptor.Scope == ResourceScope.Mesh || descriptor.Kind is MeshKind.Name or HostnameGeneratorKind.Name);
}
