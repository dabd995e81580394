using EnvoyApi.Config.Core.V3;
using EnvoyApi.Config.Listener.V3;
using EnvoyApi.Config.Route.V3;
using EnvoyApi.Extensions.Filters.Network.HttpConnectionManager.V3;
using EnvoyApi.Extensions.Filters.Network.TcpProxy.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Envoy.Names;
using Mesh.Policies;
using Mesh.Policies.Drafts;
using Mesh.Policies.Merging;
using Mesh.Zone.Plan;
using static EnvoyApi.Extensions.Filters.Network.HttpConnectionManager.V3.HttpConnectionManager.Types;

namespace Mesh.Zone.Generators;

/// <summary>Builds listener and cluster of an inbound; what holds without policies is set here (contract §3.3).</summary>
internal static class InboundGenerator
{
    private const string TagsHeader = "x-kuma-tags";

    private static readonly TimeSpan _idleTimeout = TimeSpan.FromHours(2);
    private static readonly TimeSpan _streamIdleTimeout = TimeSpan.FromHours(1);

    internal static IEnumerable<GeneratedResource> Generate(InboundPlan plan, PolicyCatalog policies)
    {
        yield return Cluster(plan, policies);
        yield return Listener(plan, policies);
    }

    private static GeneratedResource Cluster(InboundPlan plan, PolicyCatalog policies)
    {
        var (facts, name) = (plan.Facts, plan.Facts.Name);
        var cluster = Clusters.Static(name, Clusters.InboundConnectTimeout, EnvoyAddresses.Socket(facts.ServiceAddress, facts.ServicePort));
        if (plan.SourceAddress is { } source)
        {
            cluster.UpstreamBindConfig = Clusters.Source(source);
        }

        var draft = new ClusterDraft(plan.Proxy, new ClusterFacts { Role = ClusterRole.Inbound, Protocol = facts.Protocol }, cluster);
        if (Protocols.IsHttp(facts.Protocol))
        {
            draft.Http = Clusters.Options(http2: facts.Protocol != Protocols.Http);
            draft.Http.CommonHttpProtocolOptions = new HttpProtocolOptions { IdleTimeout = Duration.FromTimeSpan(_idleTimeout) };
        }

        Clusters.Configure(policies, draft, plan.ClusterConfs);
        return Clusters.Finish(draft);
    }

    private static GeneratedResource Listener(InboundPlan plan, PolicyCatalog policies)
    {
        var (facts, name) = (plan.Facts, plan.Facts.Name);
        var listener = new Listener
        {
            Name = name,
            StatPrefix = name,
            Address = EnvoyAddresses.Socket(facts.Address, facts.Port),
            TrafficDirection = TrafficDirection.Inbound,
            EnableReusePort = plan.Proxy.Has(ProxyFeatures.ReusePort),
            Metadata = plan.Tags.Count == 0 ? EnvoyMetadata.UnifiedName(name) : EnvoyMetadata.Tags(plan.Tags),
        };
        if (plan.Proxy.TransparentProxy)
        {
            listener.BindToPort = false;
        }

        var chain = Protocols.IsHttp(facts.Protocol) ? new FilterChainDraft(Http(plan)) : new FilterChainDraft(Tcp(name));
        var draft = new InboundDraft(plan.Proxy, facts, new ListenerDraft(listener, chain));
        for (var i = 0; i < policies.InOrder.Count; i++)
        {
            policies.InOrder[i].Configure(draft, i < plan.Rules.Count ? plan.Rules[i] : InboundRules.None);
        }

        return new GeneratedResource(TypeUrls.Listener, name, draft.Listener.Pack());
    }

    private static HttpConnectionManager Http(InboundPlan plan)
    {
        var name = plan.Facts.Name;
        var host = new VirtualHost
        {
            Name = name,
            Routes =
            {
                new Route
                {
                    Match = new RouteMatch { Prefix = "/" },
                    Route_ = new RouteAction { Cluster = name, Timeout = Duration.FromTimeSpan(TimeSpan.Zero) },
                },
            },
        };
        var manager = HttpManagers.Create(name, host, plan.Proxy.InternalCidrs);
        manager.RouteConfig.Name = name;
        manager.RouteConfig.RequestHeadersToRemove.Add(TagsHeader);
        manager.CommonHttpProtocolOptions = new HttpProtocolOptions { IdleTimeout = Duration.FromTimeSpan(_idleTimeout) };
        manager.StreamIdleTimeout = Duration.FromTimeSpan(_streamIdleTimeout);
        manager.ForwardClientCertDetails = ForwardClientCertDetails.SanitizeSet;
        manager.SetCurrentClientCertDetails = new SetCurrentClientCertDetails { Uri = true };
        HttpManagers.AddGrpcStats(manager, plan.Facts.Protocol);
        return manager;
    }

    private static TcpProxy Tcp(string name) =>
        new() { StatPrefix = name, Cluster = name, IdleTimeout = Duration.FromTimeSpan(_idleTimeout) };
}
