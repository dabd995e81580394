using Mesh.Model.Naming;
using Mesh.Policies.Drafts;
using Mesh.Policies.Routing;
using Mesh.Zone.View;

namespace Mesh.Zone.Plan;

/// <summary>Plans listener, clusters and endpoints of one destination, for a proxy and all that are like it (contract §3.5).</summary>
internal sealed class DestinationPlanner
{
    private readonly PlanContext _context;
    private readonly BackendResolver _backends;
    private readonly List<SubPlan> _parts = [];
    private readonly List<PlanFault> _faults = [];
    private readonly HashSet<Kri> _clusters = [];

    private DestinationPlanner(PlanContext context, ProxyInterest interest)
    {
        _context = context;
        _backends = new BackendResolver(context.View, interest);
    }

    /// <summary>Plans the outbound of one destination.</summary>
    internal static OutboundParts Plan(PlanContext context, Outbound outbound, FactList<ListenAddress> addresses)
    {
        var interest = new ProxyInterest();
        var planner = new DestinationPlanner(context, interest);
        planner._backends.Add(outbound.Service, outbound.Port, outbound.Kri.Section);
        try
        {
            planner.PlanOutbound(outbound, addresses);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            planner._faults.Add(new PlanFault(outbound.Kri.ToString(), e.Message));
        }

        return new OutboundParts(planner._parts, planner._faults, interest);
    }

    private void PlanOutbound(Outbound outbound, FactList<ListenAddress> addresses)
    {
        var destination = new OutboundDestination(outbound.Kri, outbound.Port.Protocol, outbound.Service.IsExternal);
        var routing = Route(destination);
        if (routing is null)
        {
            return;
        }

        foreach (var fault in routing.Faults)
        {
            _faults.Add(new PlanFault(outbound.Kri.ToString(), fault));
        }

        foreach (var kri in routing.Destinations())
        {
            PlanCluster(kri == outbound.Kri ? outbound : _backends[kri]);
        }

        var routes = routing.Routes.Select(route => route.Route).OfType<Kri>().Distinct().ToList();
        _parts.Add(new OutboundPlan
        {
            Proxy = _context.Proxy,
            Facts = new OutboundFacts { Destination = outbound.Kri, Protocol = outbound.Port.Protocol },
            Addresses = addresses,
            Routing = routing,
            Confs = FactList.From(_context.Catalog.InOrder, policy =>
                DraftConfs.ForOutbound(policy, _context.Matched, outbound.Kri, _context.MeshKri, routes)),
        });
    }

    /// <summary>The first router with something said about the destination decides; else the first that has a default.</summary>
    private OutboundRouting? Route(OutboundDestination destination)
    {
        foreach (var policy in _context.Catalog.InOrder)
        {
            if (policy is IOutboundRouter router
                && _context.Matched.To(policy.Kind).FindRule(destination.Kri, destination.Kri.WithSection("")) is { } rule
                && router.Plan(destination, rule, _backends) is { } routing)
            {
                return routing;
            }
        }

        return _context.Catalog.InOrder.OfType<IOutboundRouter>()
            .Select(router => router.Plan(destination, null, _backends)).FirstOrDefault(routing => routing is not null);
    }

    private void PlanCluster(Outbound outbound)
    {
        if (!_clusters.Add(outbound.Kri))
        {
            return;
        }

        var (service, port) = (outbound.Service, outbound.Port);
        var usesTls = _context.Proxy.Identity is not null && (service.IsTlsReady || service.IsRemote || IsMultiZone(service));
        if (usesTls && port.Sni is null)
        {
            _clusters.Remove(outbound.Kri);
            _faults.Add(new PlanFault(outbound.Kri.ToString(), "its name makes no valid server name (SNI): there is no cluster for it"));
            return;
        }

        var endpoints = Endpoints(outbound);
        _parts.Add(new ClusterPlan
        {
            Proxy = _context.Proxy,
            Facts = new ClusterFacts
            {
                Role = ClusterRole.Outbound,
                Protocol = port.Protocol,
                Destination = outbound.Kri,
                IsExternal = service.IsExternal,
            },
            Resolved = endpoints.Endpoints.HasNames ? endpoints : null,
            Tls = usesTls ? new UpstreamTls(port.Sni!, service.Identities) : null,
            Confs = FactList.From(_context.Catalog.InOrder, policy =>
                DraftConfs.ForOutboundCluster(policy, _context.Matched, outbound.Kri, _context.MeshKri)),
        });
        if (!endpoints.Endpoints.HasNames)
        {
            _parts.Add(endpoints);
        }
    }

    private EndpointsPlan Endpoints(Outbound outbound)
    {
        var all = _context.View.EndpointsOf(outbound.Service, outbound.Port.Section);
        return new EndpointsPlan
        {
            Proxy = _context.Proxy,
            Destination = outbound.Kri,

            // Who cannot prove who it is gets no farther than this zone.
            Endpoints = _context.Proxy.Identity is not null ? all : outbound.Service.IsExternal ? EndpointSet.Empty : all.Here,
            Confs = FactList.From(_context.Catalog.InOrder, policy =>
                DraftConfs.ForEndpoints(policy, _context.Matched, outbound.Kri, _context.MeshKri)),
        };
    }

    private static bool IsMultiZone(ServiceView service) => service.Kind == Model.Policies.TargetKinds.MeshMultiZoneService;
}
