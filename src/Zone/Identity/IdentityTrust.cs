using Mesh.Model.Kinds;
using Mesh.Model.Naming;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Zone.Control.Loop;

namespace Mesh.Zone.Identity;

/// <summary>
/// The MeshTrust that is made of a MeshIdentity and has its name. It outlives the identity, so that certificates already
/// issued go on being trusted; an identity made anew appends its authority.
/// </summary>
internal sealed class IdentityTrust(IResourceStore store)
{
    /// <summary>Sees to it that the MeshTrust holds an authority, beside those that it held before.</summary>
    /// <returns>Since when it stands there, at the latest: others hear of it from then on; and whether it stands beside others.</returns>
    public async ValueTask<(DateTimeOffset Since, bool IsBesideOthers)> EnsureAsync(
        Resource identity, string trustDomain, string authorityPem, ControlView view, CancellationToken cancellationToken)
    {
        var bundle = new CaBundle { Type = "Pem", Pem = new PemBundle { Value = authorityPem } };
        var known = view.Find(new ResourceKey(MeshTrustKind.Name, identity.Mesh, identity.Name));
        if (known is null)
        {
            var created = await store.CreateAsync(New(identity, trustDomain, bundle), cancellationToken).ConfigureAwait(false);
            return (created.ModificationTime, false);
        }

        var spec = known.SpecAs<MeshTrustSpec>();
        var bundles = spec.CaBundles ?? [];
        var holdsIt = bundles.Any(other => other.Pem?.Value is { } pem && Squeeze(pem).Contains(Squeeze(authorityPem), StringComparison.Ordinal));
        if (holdsIt && spec.TrustDomain == trustDomain)
        {
            return (known.ModificationTime, bundles.Count > 1);
        }

        var next = spec with { TrustDomain = trustDomain, CaBundles = holdsIt ? bundles : [.. bundles, bundle] };
        var updated = await store.UpdateAsync(known with { Spec = next, Status = known.Status ?? OriginOf(identity) }, cancellationToken).ConfigureAwait(false);
        return (updated.ModificationTime, next.CaBundles.Count > 1);
    }

    // Line ends differ by who wrote the PEM.
    private static string Squeeze(string pem) => string.Concat(pem.Where(c => !char.IsWhiteSpace(c)));

    private static MeshTrustStatus OriginOf(Resource identity) => new() { Origin = new MeshTrustOrigin { Kri = identity.GetKri().ToString() } };

    private static Resource New(Resource identity, string trustDomain, CaBundle bundle) => new()
    {
        Descriptor = MeshTrustKind.Resource,
        Mesh = identity.Mesh,
        Name = identity.Name,
        Spec = new MeshTrustSpec { TrustDomain = trustDomain, CaBundles = [bundle] },
        Status = OriginOf(identity),
    };
}
