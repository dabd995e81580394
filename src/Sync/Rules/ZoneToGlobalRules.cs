using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Sync.Names;

namespace Mesh.Sync.Rules;

/// <summary>What a zone sends to Global, and how (contract §4.2): everything of its own that Global reads.</summary>
/// <param name="zone">Name of the zone.</param>
public sealed class ZoneToGlobalRules(string zone) : IOutgoingRules
{
    /// <inheritdoc/>
    public SyncDirection Direction => SyncDirection.ZoneToGlobal;

    /// <inheritdoc/>
    public OutgoingResource? Map(Resource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        if (!SyncKinds.Travels(resource.Descriptor, Direction) || SyncLabels.IsOfGlobal(resource) || SyncLabels.StaysAtHome(resource))
        {
            return null;
        }

        var mine = resource.With(
            (ResourceLabels.Origin, SyncLabels.ZoneOrigin), (ResourceLabels.Zone, zone), (ResourceLabels.DisplayName, resource.DisplayName));
        return new OutgoingResource(mine with { Name = SyncNames.Hashed(mine), Spec = WithoutGenerations(mine.Spec) }, null);
    }

    /// <summary>Generations count the writes of one store and would differ in another.</summary>
    private static object WithoutGenerations(object spec) => spec is DataplaneInsightSpec { Subscriptions: { } subscriptions } insight
        ? insight with { Subscriptions = [.. subscriptions.Select(s => s.Generation == 0 ? s : s with { Generation = 0 })] }
        : spec;
}
