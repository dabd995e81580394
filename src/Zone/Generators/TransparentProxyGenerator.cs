using EnvoyApi.Config.Core.V3;
using EnvoyApi.Config.Listener.V3;
using EnvoyApi.Extensions.Filters.Network.TcpProxy.V3;
using Mesh.Envoy.Names;
using Mesh.Policies;
using Mesh.Policies.Drafts;
using Mesh.Zone.Ingest;
using Mesh.Zone.Plan;

namespace Mesh.Zone.Generators;

/// <summary>Builds listeners and clusters for redirected traffic that no other listener is for (contract §3.4).</summary>
internal static class TransparentProxyGenerator
{
    private const string InboundSourceIPv4 = "127.0.0.6";
    private const string InboundSourceIPv6 = "::6";

    internal static IEnumerable<GeneratedResource> Generate(TransparentProxyPlan plan, PolicyCatalog policies)
    {
        var draft = new TransparentProxyDraft(plan.Proxy, plan.Inbounds);
        if (plan.Settings.IpFamilyMode != IpFamilyMode.IPv6)
        {
            Add(draft, plan, ipv6: false);
        }

        if (plan.Settings.HasIPv6)
        {
            Add(draft, plan, ipv6: true);
        }

        for (var i = 0; i < policies.InOrder.Count; i++)
        {
            policies.InOrder[i].Configure(draft, i < plan.Confs.Count ? plan.Confs[i] : ProxyConfs.None);
        }

        foreach (var cluster in draft.InboundClusters.Concat(draft.OutboundClusters))
        {
            Clusters.Configure(policies, cluster, []);
            yield return Clusters.Finish(cluster);
        }

        var empty = Clusters.Static(EnvoyNames.NoDestinationInbound, Clusters.DefaultConnectTimeout);
        empty.AltStatName = EnvoyNames.NoDestinationInbound;
        yield return Clusters.System(policies, plan.Proxy, ClusterRole.Passthrough, empty);
        foreach (var listener in draft.InboundListeners.Concat(draft.OutboundListeners))
        {
            yield return new GeneratedResource(TypeUrls.Listener, listener.Message.Name, listener.Pack());
        }
    }

    private static void Add(TransparentProxyDraft draft, TransparentProxyPlan plan, bool ipv6)
    {
        var facts = new ClusterFacts { Role = ClusterRole.Passthrough, Protocol = Protocols.Tcp };
        var any = ipv6 ? "::" : "0.0.0.0";
        if (plan.Settings.InboundPort > 0)
        {
            var name = EnvoyNames.PassthroughInbound(ipv6);
            var cluster = Clusters.OriginalDestination(name);
            cluster.UpstreamBindConfig = Clusters.Source(ipv6 ? InboundSourceIPv6 : InboundSourceIPv4);
            draft.InboundClusters.Add(new ClusterDraft(plan.Proxy, facts, cluster));
            var listener = Listener(name, any, plan.Settings.InboundPort, TrafficDirection.Inbound);
            listener.EnableReusePort = plan.Proxy.Has(Policies.Drafts.ProxyFeatures.ReusePort);
            draft.InboundListeners.Add(new ListenerDraft(listener, Chain(name)));
        }

        var outbound = EnvoyNames.PassthroughOutbound(ipv6);
        draft.OutboundClusters.Add(new ClusterDraft(plan.Proxy, facts, Clusters.OriginalDestination(outbound)));
        draft.OutboundListeners.Add(new ListenerDraft(
            Listener(outbound, any, plan.Settings.OutboundPort, TrafficDirection.Outbound), Chain(outbound)));
    }

    private static Listener Listener(string name, string address, uint port, TrafficDirection direction) => new()
    {
        Name = name,
        StatPrefix = name,
        Address = EnvoyAddresses.Socket(address, port),
        TrafficDirection = direction,
        UseOriginalDst = true,
    };

    private static FilterChainDraft Chain(string cluster) => new(new TcpProxy { StatPrefix = cluster, Cluster = cluster });
}
