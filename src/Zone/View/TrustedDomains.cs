using Mesh.Identity.Trust;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Policies.Drafts;

namespace Mesh.Zone.View;

/// <summary>
/// Whom the proxies of a mesh trust: the MeshTrusts of this zone and of all others, joined per trust domain, so that two
/// zones, or an old and a new CA of one, stand side by side. Immutable; joined once for a view.
/// </summary>
public sealed class TrustedDomains
{
    private TrustedDomains(FactList<string> names, FactList<TrustDomainBundle> bundles, FactList<string> faults)
    {
        Names = names;
        Bundles = bundles;
        Faults = faults;
    }

    /// <summary>Trust domains that a MeshTrust speaks of, sorted.</summary>
    public FactList<string> Names { get; }

    /// <summary>Their CAs, sorted by trust domain; domains without a readable certificate are not among them.</summary>
    public FactList<TrustDomainBundle> Bundles { get; }

    /// <summary>What could not be read. One certificate that Envoy cannot read would cost the proxies all others.</summary>
    public FactList<string> Faults { get; }

    internal static TrustedDomains Of(IEnumerable<Resource> trusts)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        var entries = new List<TrustEntry>();
        foreach (var trust in trusts)
        {
            var spec = trust.SpecAs<MeshTrustSpec>();
            if (string.IsNullOrEmpty(spec.TrustDomain))
            {
                continue;
            }

            names.Add(spec.TrustDomain);
            entries.AddRange((spec.CaBundles ?? []).Select(bundle => bundle.Pem?.Value).OfType<string>().Select(pem => new TrustEntry(spec.TrustDomain, pem)));
        }

        var faults = new List<string>();
        var joined = TrustBundles.Join(entries, faults);
        return new TrustedDomains(
            FactList.From(names),
            FactList.From(joined.Select(pair => new TrustDomainBundle(pair.Key, pair.Value))),
            FactList.From(faults));
    }
}
