using EnvoyApi.Config.Core.V3;
using EnvoyApi.Config.Listener.V3;
using EnvoyApi.Config.Route.V3;
using EnvoyApi.Extensions.Filters.Listener.TlsInspector.V3;
using EnvoyApi.Extensions.TransportSockets.Tls.V3;
using EnvoyApi.Type.Matcher.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Envoy.Names;
using Mesh.Policies;
using Mesh.Policies.Drafts;
using Mesh.Zone.Plan;
using Mesh.Zone.Secrets;

namespace Mesh.Zone.Generators;

/// <summary>Builds the admin listener: readiness for everybody, the admin interface for the control plane alone.</summary>
internal static class AdminGenerator
{
    private const string ReadyPath = "/ready";
    private const string ControlPlaneName = "kuma-cp";

    internal static IEnumerable<GeneratedResource> Generate(AdminPlan plan, PolicyCatalog policies)
    {
        var admin = plan.AdminSocket.Length > 0
            ? EnvoyAddresses.Pipe(plan.AdminSocket)
            : EnvoyAddresses.Socket(plan.AdminAddress, plan.Port);
        yield return Clusters.System(
            policies, plan.Proxy, ClusterRole.System, Clusters.Static(EnvoyNames.Admin, Clusters.DefaultConnectTimeout, admin));
        if (plan.HasReadiness)
        {
            var readiness = plan.ReadinessSocket.Length > 0
                ? EnvoyAddresses.Pipe(plan.ReadinessSocket)
                : EnvoyAddresses.Socket(plan.ReadinessAddress, plan.ReadinessPort);
            yield return Clusters.System(
                policies, plan.Proxy, ClusterRole.System, Clusters.Static(EnvoyNames.ReadinessProbe, Clusters.DefaultConnectTimeout, readiness));
        }

        yield return new GeneratedResource(TypeUrls.Listener, EnvoyNames.Admin, Listener(plan));
    }

    private static Listener Listener(AdminPlan plan)
    {
        var draft = new ListenerDraft(new Listener
        {
            Name = EnvoyNames.Admin,
            Address = EnvoyAddresses.Socket(plan.Address, plan.Port),
            TrafficDirection = TrafficDirection.Inbound,
            EnableReusePort = plan.Proxy.Has(ProxyFeatures.ReusePort),
        });
        draft.EnsureListenerFilter(EnvoyExtensions.TlsInspector, new TlsInspector());
        draft.Chains.Add(Chain(plan, withAdmin: false));
        if (plan.Certificate is { } certificate)
        {
            var protectedChain = Chain(plan, withAdmin: true);
            protectedChain.Message.FilterChainMatch = new FilterChainMatch { TransportProtocol = "tls" };
            protectedChain.Message.TransportSocket = new TransportSocket
            {
                Name = EnvoyExtensions.TlsTransportSocket,
                TypedConfig = Any.Pack(Tls(certificate)),
            };
            draft.Chains.Add(protectedChain);
        }

        return draft.Pack();
    }

    private static FilterChainDraft Chain(AdminPlan plan, bool withAdmin)
    {
        var host = new VirtualHost { Name = EnvoyNames.Admin };
        if (plan.HasReadiness)
        {
            host.Routes.Add(Route(ReadyPath, EnvoyNames.ReadinessProbe));
        }

        if (withAdmin)
        {
            host.Routes.Add(Route("/", EnvoyNames.Admin));
        }

        string[] loopback = plan.HasIPv6 ? ["127.0.0.1/32", "::1/128"] : ["127.0.0.1/32"];
        return new FilterChainDraft(HttpManagers.Create(EnvoyNames.Admin, host, loopback));
    }

    private static Route Route(string prefix, string cluster) => new()
    {
        Match = new RouteMatch { Prefix = prefix },
        Route_ = new RouteAction { Cluster = cluster, PrefixRewrite = prefix },
    };

    private static DownstreamTlsContext Tls(AdminCertificate certificate) => new()
    {
        RequireClientCertificate = true,
        CommonTlsContext = new CommonTlsContext
        {
            TlsCertificates =
            {
                new TlsCertificate
                {
                    CertificateChain = new DataSource { InlineBytes = certificate.CertificateChain },
                    PrivateKey = new DataSource { InlineBytes = certificate.PrivateKey },
                },
            },
            ValidationContext = new CertificateValidationContext
            {
                TrustedCa = new DataSource { InlineBytes = certificate.Authority },
                MatchTypedSubjectAltNames =
                {
                    new SubjectAltNameMatcher
                    {
                        SanType = SubjectAltNameMatcher.Types.SanType.Dns,
                        Matcher = new StringMatcher { Exact = ControlPlaneName },
                    },
                },
            },
        },
    };
}
