using EnvoyApi.Config.Cluster.V3;
using EnvoyApi.Config.Core.V3;
using EnvoyApi.Extensions.TransportSockets.Tls.V3;
using EnvoyApi.Type.Matcher.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Policies;
using Mesh.Policies.Drafts;
using Mesh.Zone.Plan;

namespace Mesh.Zone.Generators;

/// <summary>Builds the cluster of a destination (contract §3.5).</summary>
internal static class ClusterGenerator
{
    // Tells peers that this is mesh TLS, so that they can tell it from the application's own.
    private const string MeshAlpn = "kuma";

    internal static IEnumerable<GeneratedResource> Generate(ClusterPlan plan, PolicyCatalog policies)
    {
        var draft = new ClusterDraft(plan.Proxy, plan.Facts, plan.Resolved is { } resolved ? Resolved(plan, resolved, policies) : Discovered(plan));

        // Between proxies everything travels over HTTP/2; what is outside the mesh is spoken to as it speaks, and what is
        // passed on is not understood.
        if (plan.Facts is { IsExternal: false, Role: ClusterRole.Outbound })
        {
            draft.Http = Clusters.Options(http2: true);
        }
        else if (Protocols.IsHttp(plan.Facts.Protocol))
        {
            draft.Http = Clusters.Options(http2: plan.Facts.Protocol != Protocols.Http);
        }

        if (plan.Tls is { } tls && plan.Proxy.Identity is { } identity)
        {
            draft.Tls = Tls(tls, identity);
        }

        Clusters.Configure(policies, draft, plan.Confs);
        return [Clusters.Finish(draft)];
    }

    private static Cluster Discovered(ClusterPlan plan) => new()
    {
        Name = plan.Title,
        Type = Cluster.Types.DiscoveryType.Eds,
        ConnectTimeout = Duration.FromTimeSpan(Clusters.DefaultConnectTimeout),
        EdsClusterConfig = new Cluster.Types.EdsClusterConfig { EdsConfig = Ads() },
    };

    /// <summary>Discovery takes no names, so the endpoints come with the cluster.</summary>
    private static Cluster Resolved(ClusterPlan plan, EndpointsPlan endpoints, PolicyCatalog policies) => new()
    {
        Name = plan.Title,
        Type = Cluster.Types.DiscoveryType.StrictDns,
        DnsLookupFamily = Cluster.Types.DnsLookupFamily.V4Preferred,
        ConnectTimeout = Duration.FromTimeSpan(Clusters.DefaultConnectTimeout),
        LoadAssignment = EndpointsGenerator.Assignment(endpoints, policies),
    };

    private static ConfigSource Ads() => new() { Ads = new AggregatedConfigSource(), ResourceApiVersion = ApiVersion.V3 };

    private static UpstreamTlsContext Tls(UpstreamTls tls, WorkloadIdentityFacts identity)
    {
        var validation = new CertificateValidationContext();
        foreach (var id in tls.SpiffeIds)
        {
            validation.MatchTypedSubjectAltNames.Add(new SubjectAltNameMatcher
            {
                SanType = SubjectAltNameMatcher.Types.SanType.Uri,
                Matcher = new StringMatcher { Exact = id },
            });
        }

        return new UpstreamTlsContext
        {
            Sni = tls.Sni,
            CommonTlsContext = new CommonTlsContext
            {
                AlpnProtocols = { MeshAlpn },
                TlsCertificateSdsSecretConfigs = { new SdsSecretConfig { Name = identity.SecretName, SdsConfig = Ads() } },
                CombinedValidationContext = new CommonTlsContext.Types.CombinedCertificateValidationContext
                {
                    DefaultValidationContext = validation,
                    ValidationContextSdsSecretConfig = new SdsSecretConfig { Name = identity.TrustBundleName, SdsConfig = Ads() },
                },
            },
        };
    }
}
