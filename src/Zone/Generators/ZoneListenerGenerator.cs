using EnvoyApi.Config.Core.V3;
using EnvoyApi.Config.Listener.V3;
using EnvoyApi.Config.Route.V3;
using EnvoyApi.Extensions.Filters.Listener.TlsInspector.V3;
using EnvoyApi.Extensions.Filters.Network.HttpConnectionManager.V3;
using EnvoyApi.Extensions.Filters.Network.TcpProxy.V3;
using EnvoyApi.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Envoy.Names;
using Mesh.Policies;
using Mesh.Policies.Drafts;
using Mesh.Policies.Merging;
using Mesh.Zone.Plan;

namespace Mesh.Zone.Generators;

/// <summary>Builds a listener of a zone proxy: a filter chain for each destination, found by server name (contract §3.8).</summary>
internal static class ZoneListenerGenerator
{
    internal static IEnumerable<GeneratedResource> Generate(ZoneListenerPlan plan, PolicyCatalog policies)
    {
        var chains = plan.Chains.Select(chain => new ZoneChainDraft(chain.Destination, chain.ServerName, Chain(plan, chain))).ToList();
        var listener = new ListenerDraft(
            new Listener
            {
                Name = plan.Facts.Name,
                StatPrefix = plan.Facts.Name,
                Address = EnvoyAddresses.Socket(plan.Facts.Address, plan.Facts.Port),
                TrafficDirection = TrafficDirection.Inbound,
                EnableReusePort = plan.Proxy.Has(ProxyFeatures.ReusePort),
            },
            [.. chains.Select(chain => chain.Chain)]);
        listener.EnsureListenerFilter(EnvoyExtensions.TlsInspector, new TlsInspector());
        var draft = new ZoneListenerDraft(plan.Proxy, plan.Facts, listener, chains);
        for (var i = 0; i < policies.InOrder.Count; i++)
        {
            policies.InOrder[i].Configure(draft, i < plan.Rules.Count ? plan.Rules[i] : InboundRules.None);
        }

        return [new GeneratedResource(TypeUrls.Listener, plan.Facts.Name, draft.Listener.Pack())];
    }

    private static FilterChainDraft Chain(ZoneListenerPlan plan, ZoneChain chain)
    {
        var draft = chain.EndsTls && Protocols.IsHttp(chain.Protocol)
            ? new FilterChainDraft(Http(plan, chain))
            : new FilterChainDraft(new TcpProxy { StatPrefix = chain.Destination.ToString(), Cluster = chain.Cluster });
        draft.Message.FilterChainMatch = new FilterChainMatch { TransportProtocol = "tls", ServerNames = { chain.ServerName } };
        if (chain.EndsTls)
        {
            var identity = plan.Proxy.Identity ?? throw new InvalidOperationException("Without an identity no TLS can be ended.");
            draft.Message.Name = chain.Destination.ToString();
            draft.Message.TransportSocket = new TransportSocket { Name = EnvoyExtensions.TlsTransportSocket, TypedConfig = Any.Pack(Tls(identity)) };
        }

        return draft;
    }

    private static HttpConnectionManager Http(ZoneListenerPlan plan, ZoneChain chain)
    {
        var name = chain.Destination.ToString();
        var host = new VirtualHost
        {
            Name = name,
            Routes =
            {
                new Route
                {
                    Match = new RouteMatch { Prefix = "/" },
                    Route_ = new RouteAction { Cluster = chain.Cluster, AutoHostRewrite = true, Timeout = new Duration() },
                },
            },
        };
        var manager = HttpManagers.Create(name, host, plan.Proxy.InternalCidrs);
        manager.RouteConfig.Name = name;
        HttpManagers.AddGrpcStats(manager, chain.Protocol);
        return manager;
    }

    /// <summary>A certificate of the mesh is demanded; whose, is for permissions to say.</summary>
    private static DownstreamTlsContext Tls(WorkloadIdentityFacts identity) => new()
    {
        RequireClientCertificate = true,
        CommonTlsContext = new CommonTlsContext
        {
            TlsCertificateSdsSecretConfigs = { FromAds(identity.SecretName) },
            CombinedValidationContext = new CommonTlsContext.Types.CombinedCertificateValidationContext
            {
                DefaultValidationContext = new CertificateValidationContext(),
                ValidationContextSdsSecretConfig = FromAds(identity.TrustBundleName),
            },
        },
    };

    private static SdsSecretConfig FromAds(string name) => new()
    {
        Name = name,
        SdsConfig = new ConfigSource { Ads = new AggregatedConfigSource(), ResourceApiVersion = ApiVersion.V3 },
    };
}
