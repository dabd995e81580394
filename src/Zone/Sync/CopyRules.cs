using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Sync.Applying;
using Mesh.Sync.Names;
using Mesh.Sync.Rules;

namespace Mesh.Zone.Sync;

/// <summary>How a zone that lost its store takes what Global kept of it: under the names that it had here, and never over what is here already.</summary>
/// <param name="zone">Name of the zone.</param>
internal sealed class CopyRules(string zone) : IIncomingRules
{
    /// <inheritdoc/>
    public SyncDirection Direction => SyncDirection.ZoneToGlobal;

    /// <inheritdoc/>
    public bool IsOfPeer(Resource stored) => false;

    /// <inheritdoc/>
    public Resource AsSent(Resource stored) => stored;

    /// <inheritdoc/>
    public ApplyDecision Decide(Resource incoming, Resource? stored) => stored is null ? ApplyDecision.Put(incoming) : ApplyDecision.Unchanged;

    /// <summary>A resource as it was here; null: it is none of this zone, or is kept by another system than this store.</summary>
    public Resource? AtHome(Resource copy)
    {
        if (SyncLabels.AuthorZone(copy) != zone || copy.Label(ResourceLabels.KubernetesNamespace).Length > 0 || SyncNames.Hashed(copy) != copy.Name)
        {
            return null;
        }

        var name = copy.DisplayName;
        return copy with { Name = name, Owner = copy.Kind == DataplaneInsightKind.Name ? new ResourceKey(DataplaneKind.Name, copy.Mesh, name) : null };
    }
}
