using Mesh.Model.Kinds;
using Mesh.Model.Labels;
using Mesh.Model.Resources;
using Mesh.Sync.Applying;
using Mesh.Sync.Names;
using Mesh.Sync.Rules;
using Mesh.Sync.Wire;

namespace Mesh.Global.Sync;

/// <summary>
/// How Global takes what a zone sends (contract §4.2): whatever it says of itself, it is stored as written by the authenticated zone, goes when the Zone is
/// deleted, and touches nothing that Global or another zone wrote.
/// </summary>
/// <param name="zone">Authenticated name of the zone.</param>
/// <param name="domains">What it may vouch for.</param>
internal sealed class ZoneIncomingRules(string zone, TrustDomains domains) : IIncomingRules
{
    private readonly ResourceKey _owner = new(ZoneKind.Name, "", zone);
    private long _rewrites;

    /// <inheritdoc/>
    public SyncDirection Direction => SyncDirection.ZoneToGlobal;

    /// <summary>Resources that claimed to be of another zone, or of Global.</summary>
    public long AttributionRewrites => Interlocked.Read(ref _rewrites);

    /// <inheritdoc/>
    public bool IsOfPeer(Resource stored) => SyncLabels.AuthorZone(stored) == zone;

    /// <inheritdoc/>
    public Resource AsSent(Resource stored) => stored;

    /// <inheritdoc/>
    public ApplyDecision Decide(Resource incoming, Resource? stored)
    {
        if (stored is not null && !IsOfPeer(stored))
        {
            return ApplyDecision.Refuse(SyncLabels.AuthorZone(stored) is { } other
                ? $"zone {other} has a resource of this name"
                : "Global has a resource of this name");
        }

        var pinned = Pin(incoming);
        if (!SyncNames.KeepsName(pinned.Descriptor) && SyncNames.Hashed(pinned) != pinned.Name)
        {
            // Who chooses names could take those of others in advance.
            return ApplyDecision.Refuse($"its name is not the one under which zone {zone} sends {pinned.DisplayName}");
        }

        if (pinned.Kind == MeshTrustKind.Name && domains.RefusalOf(pinned, zone) is { } reason)
        {
            return ApplyDecision.Refuse(reason);
        }

        return stored is not null && SameBytes(pinned, stored) ? ApplyDecision.Unchanged : ApplyDecision.Put(pinned);
    }

    private Resource Pin(Resource incoming)
    {
        if (incoming.Label(ResourceLabels.Origin) == SyncLabels.ZoneOrigin && incoming.Label(ResourceLabels.Zone) == zone)
        {
            return incoming with { Owner = _owner };
        }

        Interlocked.Increment(ref _rewrites);
        var labels = LabelSet.Of(incoming.Labels).With(ResourceLabels.Origin, SyncLabels.ZoneOrigin).With(ResourceLabels.Zone, zone);
        return incoming with { Labels = labels, Owner = _owner };
    }

    private static bool SameBytes(Resource one, Resource other) =>
        KumaResourceCodec.Encode(one, out _) is { } bytes && KumaResourceCodec.Encode(other, out _) is { } others && bytes.AsSpan().SequenceEqual(others);
}
