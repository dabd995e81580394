using EnvoyApi.Config.Core.V3;
using EnvoyApi.Config.Route.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Model.Resources;
using Mesh.Model.Values;
using Mesh.Policies.Drafts;
using Mesh.Policies.Merging;
using Mesh.Policies.Routing;
using HttpConnectionManager = EnvoyApi.Extensions.Filters.Network.HttpConnectionManager.V3.HttpConnectionManager;

namespace Mesh.Policies.MeshTimeout;

/// <summary>
/// Puts timeouts on clusters, routes and TCP proxies. Where nobody wrote any, and for fields that nobody gave, the built-in
/// ones hold (contract §2.6): connect 5 s, idle 1 h, request 15 s, stream idle 30 min, no limit for the rest.
/// </summary>
[Policy]
public sealed class MeshTimeoutPolicy : Policy
{
    private const string MatchKeyPrefix = "kuma.mesh_timeout.match";

    private static readonly string[] _unreadByOutbounds = ["connectionTimeout", "http.maxStreamDuration", "http.maxConnectionDuration"];
    private static readonly string[] _unreadByClusters = ["http.requestTimeout", "http.streamIdleTimeout", "http.requestHeadersTimeout"];
    private static readonly MeshTimeoutConf _none = new();
    private static readonly GoDuration _connect = GoDuration.FromSeconds(5);
    private static readonly GoDuration _idle = GoDuration.FromSeconds(3600);
    private static readonly GoDuration _request = GoDuration.FromSeconds(15);
    private static readonly GoDuration _streamIdle = GoDuration.FromSeconds(1800);

    /// <inheritdoc/>
    public override ResourceDescriptor Resource => MeshTimeoutKind.Resource;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Unread(DraftKinds draft) => draft switch
    {
        DraftKinds.Outbound => _unreadByOutbounds,
        DraftKinds.Cluster => _unreadByClusters,
        _ => [],
    };

    /// <inheritdoc/>
    public override void Configure(InboundDraft draft, InboundRules rules)
    {
        var all = Read(rules.CatchAll);
        foreach (var chain in draft.Listener.Chains)
        {
            ConfigureAll(chain, all);
            ConfigureMatched(chain, rules);
        }
    }

    /// <inheritdoc/>
    public override void Configure(ZoneListenerDraft draft, InboundRules rules)
    {
        foreach (var chain in draft.Chains)
        {
            var own = rules.ForServerName(chain.ServerName);

            // What passes a zone proxy has its timeouts where it starts and ends: here only those that somebody asks for.
            if (own.CatchAll is { } all)
            {
                ConfigureAll(chain.Chain, Read(all));
            }

            ConfigureMatched(chain.Chain, own);
        }
    }

    /// <inheritdoc/>
    public override void Configure(OutboundDraft draft, OutboundConfs confs)
    {
        var destination = Read(confs.Destination);
        foreach (var chain in draft.Listener.Chains)
        {
            ConfigureChain(chain, destination);
        }

        foreach (var route in draft.Routes)
        {
            ConfigureRoute(route.Message, Read(confs.Route(route)));
        }
    }

    /// <inheritdoc/>
    public override void Configure(ClusterDraft draft, MergedConf? conf)
    {
        if (draft.Facts.Role is not (ClusterRole.Inbound or ClusterRole.Outbound or ClusterRole.PassedOn or ClusterRole.External))
        {
            return;
        }

        var timeouts = Read(conf);
        draft.Cluster.ConnectTimeout = (timeouts.ConnectionTimeout ?? _connect).ToProto();

        // gRPC is left out as the contract leaves it out: its streams may be silent for long.
        if (draft.Facts.Protocol is not (Protocols.Http or Protocols.Http2))
        {
            return;
        }

        var options = (draft.Http ??= new()).CommonHttpProtocolOptions ??= new HttpProtocolOptions();
        options.IdleTimeout = (timeouts.IdleTimeout ?? _idle).ToProto();
        options.MaxStreamDuration = (timeouts.Http?.MaxStreamDuration ?? GoDuration.Zero).ToProto();
        options.MaxConnectionDuration = (timeouts.Http?.MaxConnectionDuration ?? GoDuration.Zero).ToProto();
    }

    private static MeshTimeoutConf Read(MergedConf? conf) => conf?.As<MeshTimeoutConf>() ?? _none;

    private static void ConfigureAll(FilterChainDraft chain, MeshTimeoutConf conf)
    {
        ConfigureChain(chain, conf);
        foreach (var host in chain.Http?.RouteConfig?.VirtualHosts ?? [])
        {
            foreach (var route in host.Routes)
            {
                ConfigureRoute(route, conf);
            }
        }
    }

    private static void ConfigureMatched(FilterChainDraft chain, InboundRules rules) => PeerRoutes.Add(
        chain,
        MatchKeyPrefix,
        PeerRule.From(rules, conf => conf.As<MeshTimeoutConf>().Http is { } http && (http.RequestTimeout ?? http.StreamIdleTimeout) is not null),
        static (route, rule) => ConfigureRoute(route, rule.Conf.As<MeshTimeoutConf>()));

    private static void ConfigureChain(FilterChainDraft chain, MeshTimeoutConf conf)
    {
        if (chain.Tcp is { } tcp)
        {
            tcp.IdleTimeout = (conf.IdleTimeout ?? _idle).ToProto();
        }
        else if (chain.Http is { } http)
        {
            ConfigureConnections(http, conf);
        }
    }

    private static void ConfigureConnections(HttpConnectionManager http, MeshTimeoutConf conf)
    {
        // Idle connections end where they are pooled, at the cluster: ending both sides would race a request against the end.
        (http.CommonHttpProtocolOptions ??= new HttpProtocolOptions()).IdleTimeout = new Duration();
        http.RequestHeadersTimeout = (conf.Http?.RequestHeadersTimeout ?? GoDuration.Zero).ToProto();
    }

    private static void ConfigureRoute(Route route, MeshTimeoutConf conf)
    {
        if (route.Route_ is { } action)
        {
            action.Timeout = (conf.Http?.RequestTimeout ?? _request).ToProto();
            action.IdleTimeout = (conf.Http?.StreamIdleTimeout ?? _streamIdle).ToProto();
        }
    }
}
