using EnvoyApi.Config.Core.V3;
using EnvoyApi.Config.Listener.V3;
using EnvoyApi.Config.Route.V3;
using EnvoyApi.Extensions.Filters.Network.TcpProxy.V3;
using Mesh.Envoy.Names;
using Mesh.Policies;
using Mesh.Policies.Drafts;
using Mesh.Policies.Routing;
using Mesh.Zone.Plan;

namespace Mesh.Zone.Generators;

/// <summary>Builds the listener of an outbound with its routes.</summary>
internal static class OutboundGenerator
{
    internal static IEnumerable<GeneratedResource> Generate(OutboundPlan plan, PolicyCatalog policies)
    {
        var name = plan.Facts.Destination.ToString();
        var (chain, routes) = plan.Routing.IsHttp ? Http(plan, name, policies) : (new FilterChainDraft(Tcp(plan, name)), []);
        var draft = new OutboundDraft(plan.Proxy, plan.Facts, new ListenerDraft(Listener(plan, name), chain), routes);
        for (var i = 0; i < policies.InOrder.Count; i++)
        {
            policies.InOrder[i].Configure(draft, i < plan.Confs.Count ? plan.Confs[i] : OutboundConfs.None);
        }

        return [new GeneratedResource(TypeUrls.Listener, name, draft.Listener.Pack())];
    }

    private static Listener Listener(OutboundPlan plan, string name)
    {
        var listener = new Listener
        {
            Name = name,
            StatPrefix = name,
            Address = EnvoyAddresses.Socket(plan.Addresses[0].Address, plan.Addresses[0].Port),
            TrafficDirection = TrafficDirection.Outbound,
            Metadata = EnvoyMetadata.UnifiedName(name),
        };
        foreach (var address in plan.Addresses.Skip(1))
        {
            listener.AdditionalAddresses.Add(new AdditionalAddress { Address = EnvoyAddresses.Socket(address.Address, address.Port) });
        }

        if (plan.Proxy.TransparentProxy)
        {
            listener.BindToPort = false;
        }

        return listener;
    }

    private static (FilterChainDraft Chain, IReadOnlyList<RouteDraft> Routes) Http(OutboundPlan plan, string name, PolicyCatalog policies)
    {
        var routes = Router(plan.Routing, policies).Build(plan.Routing);
        var host = new VirtualHost { Name = name };
        foreach (var route in routes)
        {
            host.Routes.Add(route.Message);
        }

        var manager = HttpManagers.Create(name, host, plan.Proxy.InternalCidrs);
        manager.RouteConfig.Name = name;
        manager.NormalizePath = true;
        HttpManagers.AddGrpcStats(manager, plan.Facts.Protocol);
        return (new FilterChainDraft(manager), routes);
    }

    private static IOutboundRouter Router(OutboundRouting routing, PolicyCatalog policies) =>
        policies.TryGet(routing.Router, out var policy) && policy is IOutboundRouter router
            ? router
            : throw new InvalidOperationException($"{routing.Router} builds no routes");

    private static TcpProxy Tcp(OutboundPlan plan, string name)
    {
        var proxy = new TcpProxy { StatPrefix = name };
        var backends = plan.Routing.Backends;
        if (backends.Count == 1)
        {
            proxy.Cluster = backends[0].Kri.ToString();
            return proxy;
        }

        if (backends.Count == 0)
        {
            // No reference means anything: connections to a cluster that is not there are closed.
            proxy.Cluster = name;
            return proxy;
        }

        proxy.WeightedClusters = new TcpProxy.Types.WeightedCluster();
        foreach (var backend in backends)
        {
            proxy.WeightedClusters.Clusters.Add(
                new TcpProxy.Types.WeightedCluster.Types.ClusterWeight { Name = backend.Kri.ToString(), Weight = backend.Weight });
        }

        return proxy;
    }
}
