using Mesh.Model.Kinds;
using Mesh.Model.Labels;
using Mesh.Model.Naming;
using Mesh.Model.Resources;
using Mesh.Policies;
using Mesh.Policies.Drafts;
using Mesh.Policies.Matching;
using Mesh.Zone.Ingest;
using Mesh.Zone.View;

namespace Mesh.Zone.Plan;

/// <summary>What the planners of one proxy share while its plan is made. Used by one thread.</summary>
internal sealed class PlanContext
{
    /// <param name="view">The mesh.</param>
    /// <param name="proxy">The proxy.</param>
    /// <param name="match">What the policies of the mesh say about it.</param>
    /// <param name="metadata">What its sidecar says.</param>
    /// <param name="catalog">The policies.</param>
    /// <param name="options">Settings.</param>
    internal PlanContext(
        MeshView view, PolicySubject proxy, PolicyMatch match, ProxyMetadata metadata, PolicyCatalog catalog, PlanOptions options)
    {
        var dataplane = proxy.Dataplane;
        View = view;
        Dataplane = dataplane;
        Metadata = metadata;
        Catalog = catalog;
        Networking = dataplane.SpecAs<DataplaneSpec>().Networking ?? new DataplaneNetworking();
        Labels = LabelSet.Of(dataplane.Labels);
        Matched = new MatchedPolicies(match, proxy);
        MeshKri = view.Mesh?.GetKri() ?? default;
        Redirection = Redirect(metadata, Networking.TransparentProxying);
        Identity = view.FindIdentity(Labels);
        Proxy = Facts(options);
    }

    internal MeshView View { get; }

    internal Resource Dataplane { get; }

    internal DataplaneNetworking Networking { get; }

    internal LabelSet Labels { get; }

    internal ProxyMetadata Metadata { get; }

    internal PolicyCatalog Catalog { get; }

    internal MatchedPolicies Matched { get; }

    internal Kri MeshKri { get; }

    /// <summary>How traffic is redirected; null when it is not.</summary>
    internal TransparentProxySettings? Redirection { get; }

    /// <summary>Outbounds listen on loopback addresses, without redirection.</summary>
    internal bool BindsOutbounds => Metadata.Has(ProxyFeatures.BindOutbounds);

    /// <summary>Outbounds are the services with a virtual address; else those that the Dataplane lists.</summary>
    internal bool HasVirtualOutbounds => Redirection is not null || BindsOutbounds;

    /// <summary>The MeshIdentity that selects the proxy, or null.</summary>
    internal Resource? Identity { get; }

    internal ProxyFacts Proxy { get; }

    internal ProxyInterest Interest { get; } = new();

    internal List<SubPlan> Parts { get; } = [];

    internal List<PlanFault> Faults { get; } = [];

    /// <summary>The outbounds, once planned.</summary>
    internal OutboundSet? Outbounds { get; set; }

    internal string Address => Networking.Address ?? "";

    /// <summary>Facts of the declared inbounds, in the order of the Dataplane.</summary>
    internal FactList<InboundFacts> Inbounds { get; set; } = [];

    private static TransparentProxySettings? Redirect(ProxyMetadata metadata, TransparentProxying? declared)
    {
        if (metadata.Has(ProxyFeatures.BindOutbounds))
        {
            return null;
        }

        var settings = metadata.TransparentProxy;
        if (settings is null && declared is { RedirectPortOutbound: > 0 })
        {
            settings = new TransparentProxySettings(
                declared.RedirectPortInbound, declared.RedirectPortOutbound, ProxyMetadataReader.ParseFamilies(declared.IpFamilyMode));
        }

        return settings is { OutboundPort: > 0 } ? settings : null;
    }

    private ProxyFacts Facts(PlanOptions options) => new()
    {
        Mesh = View.Name,
        Zone = View.Zone,
        Features = Metadata.Features,
        TransparentProxy = Redirection is not null,
        Identity = Identity is null ? null : new WorkloadIdentityFacts
        {
            SecretName = Identity.GetKri().ToString(),
            TrustBundleName = Envoy.Names.EnvoyNames.TrustBundle,
            TrustDomains = View.Trust.Names,
        },
        InternalCidrs = FactList.From(options.KnownInternalCidrs.Where(cidr => Metadata.HasIPv6 || !cidr.Contains(':', StringComparison.Ordinal))),
    };
}
