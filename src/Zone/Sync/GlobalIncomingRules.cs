using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Sync.Applying;
using Mesh.Sync.Names;
using Mesh.Sync.Rules;
using Mesh.Sync.Wire;

namespace Mesh.Zone.Sync;

/// <summary>
/// How a zone takes what Global sends (contract §4.2): Global's word replaces everything that the zone did not write itself; the status stays the zone's.
/// A zone that joins hands over what only Global provides (its Mesh) and keeps what it wrote of other kinds beside Global's.
/// </summary>
/// <param name="zone">Name of the zone.</param>
internal sealed class GlobalIncomingRules(string zone) : IIncomingRules
{
    /// <inheritdoc/>
    public SyncDirection Direction => SyncDirection.GlobalToZone;

    /// <inheritdoc/>
    public bool IsOfPeer(Resource stored) => SyncLabels.IsOfGlobal(stored);

    /// <inheritdoc/>
    public Resource AsSent(Resource stored) => stored with { Status = null };

    /// <inheritdoc/>
    public ApplyDecision Decide(Resource incoming, Resource? stored)
    {
        if (RefusalOf(incoming) is { } reason)
        {
            return ApplyDecision.Refuse(reason);
        }

        var wanted = Relabel(incoming) with { Status = stored?.Status };
        if (stored is null)
        {
            return ApplyDecision.Put(wanted);
        }

        if (!IsOfPeer(stored) && !IsHandedOver(wanted, stored))
        {
            return ApplyDecision.Refuse(wanted.Spec is SecretSpec
                ? "the zone has one of its own of this name with another value"
                : "the zone has one of its own of this name");
        }

        return SameBytes(AsSent(wanted), AsSent(stored)) ? ApplyDecision.Unchanged : ApplyDecision.Put(wanted);
    }

    private string? RefusalOf(Resource incoming) => incoming.Kind switch
    {
        GlobalSecretKind.Name when SyncedNames.StaysAtHome(incoming.Name) => "belongs to one control plane",
        ConfigKind.Name when incoming.Name != SyncedNames.ClusterId => "belongs to one control plane",
        _ when SyncKinds.PassesOn(incoming.Descriptor) && incoming.Label(ResourceLabels.Zone) == zone => "was written by this zone",
        _ => null,
    };

    private static Resource Relabel(Resource incoming) =>
        SyncLabels.IsOfGlobal(incoming)
            ? incoming
            : incoming with
            {
                Labels = new Dictionary<string, string>(incoming.Labels, StringComparer.Ordinal) { [ResourceLabels.Origin] = SyncLabels.GlobalOrigin },
            };

    /// <summary>Whether Global's resource takes the place of the zone's own.</summary>
    private static bool IsHandedOver(Resource incoming, Resource own)
    {
        if (incoming.Spec is SecretSpec secret)
        {
            // Two values under one name: taking Global's would make tokens and certificates in use invalid.
            return (secret.Data ?? []).AsSpan().SequenceEqual(own.SpecAs<SecretSpec>().Data ?? []);
        }

        // A name with a hash was given by a Global: the resource stayed here when the zone left it, and has come home.
        return !incoming.Descriptor.Sync.HasFlag(SyncDirections.ProvidedByZone)
            || (own.Name != own.DisplayName && own.DisplayName == incoming.DisplayName);
    }

    private static bool SameBytes(Resource one, Resource other) =>
        KumaResourceCodec.Encode(one, out _) is { } bytes && KumaResourceCodec.Encode(other, out _) is { } others && bytes.AsSpan().SequenceEqual(others);
}
