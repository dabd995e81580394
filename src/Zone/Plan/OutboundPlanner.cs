using System.Globalization;
using System.Net;
using Mesh.Model.Kinds;
using Mesh.Model.Naming;
using Mesh.Model.Resources;
using Mesh.Policies.Drafts;
using Mesh.Policies.Routing;
using Mesh.Zone.View;

namespace Mesh.Zone.Plan;

/// <summary>Plans listeners, clusters and endpoints of everything that a proxy can call (contract §3.4, §3.5).</summary>
internal sealed class OutboundPlanner
{
    /// <summary>Address of an explicit outbound that names none.</summary>
    internal const string DefaultAddress = "127.0.0.1";

    private readonly PlanContext _context;
    private readonly BackendResolver _backends;
    private readonly OrderedDictionary<Kri, (Outbound Outbound, List<ListenAddress> Addresses)> _outbounds = [];
    private readonly List<DnsRecord> _records = [];
    private readonly HashSet<Kri> _clusters = [];

    internal OutboundPlanner(PlanContext context)
    {
        _context = context;
        _backends = new BackendResolver(context.View, context.Interest);
    }

    internal void Plan()
    {
        if (_context.Redirection is not null || _context.BindsOutbounds)
        {
            AddVirtual();
            PlanNames();
        }
        else
        {
            AddExplicit();
        }

        foreach (var (outbound, addresses) in _outbounds.Values)
        {
            try
            {
                PlanOutbound(outbound, FactList.From(addresses));
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                _context.Faults.Add(new PlanFault(outbound.Kri.ToString(), e.Message));
            }
        }
    }

    private void AddExplicit()
    {
        foreach (var outbound in _context.Networking.Outbound ?? [])
        {
            if (outbound.BackendRef is not { Kind: { } kind } reference)
            {
                continue;
            }

            var service = Find(kind, reference.Name, reference.Labels);
            if (service?.FindPort(null, reference.Port) is { } port)
            {
                // The name keeps the number by which the port was referred to, so policies for its name do not reach it.
                var section = reference.Port == 0 ? port.Section : reference.Port.ToString(CultureInfo.InvariantCulture);
                var address = string.IsNullOrEmpty(outbound.Address) ? DefaultAddress : outbound.Address;
                Add(_backends.Add(service, port, section), new ListenAddress(address, outbound.Port));
            }
        }
    }

    private ServiceView? Find(string kind, string? name, IReadOnlyDictionary<string, string>? labels)
    {
        if (string.IsNullOrEmpty(name))
        {
            if (labels is not { Count: > 0 })
            {
                return null;
            }

            _context.Interest.AddSelector(kind, labels);
            return _context.View.FindService(kind, labels);
        }

        _context.Interest.Services.Add(new ResourceKey(kind, _context.View.Name, name));
        return _context.View.FindService(kind, name);
    }

    private void AddVirtual()
    {
        var reachable = _context.Networking.TransparentProxying?.ReachableBackends;
        _context.Interest.InAllServices = reachable is null;
        var services = reachable is null ? _context.View.Services : _context.View.Services.Where(service => IsReachable(service, reachable));
        foreach (var reference in reachable?.Refs ?? [])
        {
            Find(reference.Kind ?? "", reference.Name, reference.Labels);
        }

        foreach (var service in services)
        {
            AddVirtual(service, reachable);
        }
    }

    private void AddVirtual(ServiceView service, ReachableBackends? reachable)
    {
        var used = false;
        foreach (var port in service.Ports)
        {
            if (reachable is not null && !IsReachable(service, port, reachable))
            {
                continue;
            }

            var addresses = service.Vips.Where(vip => IsUsable(vip, port, service)).Select(vip => new ListenAddress(vip, port.Number)).ToList();
            foreach (var address in addresses)
            {
                Add(_backends.Add(service, port, port.Section), address);
            }

            used |= addresses.Count > 0;
        }

        if (used)
        {
            var addresses = Addresses(service.Vips);
            _records.AddRange(addresses.Count == 0 ? [] : service.Hostnames.Select(name => new DnsRecord(name, addresses)));
        }
    }

    private bool IsUsable(string vip, ServicePort port, ServiceView service)
    {
        if (!IPAddress.TryParse(vip, out var address))
        {
            return false;
        }

        if (_context.BindsOutbounds && !IPAddress.IsLoopback(address))
        {
            _context.Faults.Add(new PlanFault(
                service.Kri.WithSection(port.Section).ToString(),
                $"the virtual address {vip} cannot be bound: with bound outbounds the VIP ranges must lie in 127.0.0.0/8"));
            return false;
        }

        return !_context.Inbounds.Any(inbound => inbound.Address == vip && inbound.Port == port.Number);
    }

    private static bool IsReachable(ServiceView service, ReachableBackends reachable) =>
        service.Ports.Any(port => IsReachable(service, port, reachable));

    private static bool IsReachable(ServiceView service, ServicePort port, ReachableBackends reachable)
    {
        foreach (var reference in reachable.Refs ?? [])
        {
            if (reference.Kind == service.Kind && reference.Port is null or 0 || (reference.Kind == service.Kind && reference.Port == port.Number))
            {
                var isMeant = string.IsNullOrEmpty(reference.Name)
                    ? reference.Labels is { Count: > 0 } labels && service.Labels.Satisfies(labels)
                    : reference.Name == service.Name || reference.Name == service.Kri.Name;
                if (isMeant && (string.IsNullOrEmpty(reference.Namespace) || reference.Namespace == service.Kri.Namespace))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private void Add(Outbound outbound, ListenAddress address)
    {
        if (_outbounds.TryGetValue(outbound.Kri, out var known))
        {
            known.Addresses.Add(address);
        }
        else
        {
            _outbounds.Add(outbound.Kri, (outbound, [address]));
        }
    }

    private FactList<string> Addresses(FactList<string> vips)
    {
        var families = _context.Redirection?.IpFamilyMode ?? Ingest.IpFamilyMode.DualStack;
        var addresses = new List<string>();
        foreach (var vip in vips)
        {
            if (!IPAddress.TryParse(vip, out var address))
            {
                continue;
            }

            if (address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6)
            {
                addresses.Add(vip);
                continue;
            }

            addresses.Add(vip);
            if (families != Ingest.IpFamilyMode.IPv4)
            {
                var bytes = address.GetAddressBytes();
                addresses.Add(string.Create(
                    CultureInfo.InvariantCulture, $"::ffff:{(bytes[0] << 8) | bytes[1]:x}:{(bytes[2] << 8) | bytes[3]:x}"));
            }
        }

        return FactList.From(addresses);
    }

    private void PlanNames()
    {
        if (_context.Metadata.DnsPort == 0)
        {
            return;
        }

        var labels = LabelSet.Empty.With("mesh", _context.View.Name);
        foreach (var (key, label) in new[]
        {
            ("k8s_kuma_io_namespace", ResourceLabels.KubernetesNamespace),
            ("kuma_io_zone", ResourceLabels.Zone),
            ("kuma_workload", ResourceLabels.Workload),
        })
        {
            if (_context.Dataplane.Label(label) is { Length: > 0 } value)
            {
                labels = labels.With(key, value);
            }
        }

        _context.Parts.Add(new DynamicConfigPlan
        {
            Proxy = _context.Proxy,
            SocketPath = SocketPaths.DynamicConfig(_context.Metadata.WorkDirectory),
            Records = FactList.From(_records.OrderBy(record => record.Name, StringComparer.Ordinal)),
            ExtraLabels = labels,
        });
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
            _context.Faults.Add(new PlanFault(outbound.Kri.ToString(), fault));
        }

        foreach (var kri in routing.Destinations())
        {
            PlanCluster(kri == outbound.Kri ? outbound : _backends[kri]);
        }

        var routes = routing.Routes.Select(route => route.Route).OfType<Kri>().Distinct().ToList();
        _context.Parts.Add(new OutboundPlan
        {
            Proxy = _context.Proxy,
            Facts = new OutboundFacts { Destination = outbound.Kri, Protocol = outbound.Port.Protocol },
            Addresses = addresses,
            Routing = routing,
            Confs = FactList.From(_context.Catalog.InOrder.Select(policy =>
                DraftConfs.ForOutbound(policy, _context.Matched, outbound.Kri, _context.MeshKri, routes))),
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
        var usesTls = !service.IsExternal && _context.Proxy.Identity is not null && (service.IsTlsReady || service.IsRemote || IsMultiZone(service));
        if (usesTls && port.Sni is null)
        {
            _clusters.Remove(outbound.Kri);
            _context.Faults.Add(new PlanFault(outbound.Kri.ToString(), "its name makes no valid server name (SNI): there is no cluster for it"));
            return;
        }

        _context.Parts.Add(new ClusterPlan
        {
            Proxy = _context.Proxy,
            Facts = new ClusterFacts
            {
                Role = ClusterRole.Outbound,
                Protocol = port.Protocol,
                Destination = outbound.Kri,
                IsExternal = service.IsExternal,
            },
            Tls = usesTls ? new UpstreamTls(port.Sni!, service.Identities) : null,
            Confs = FactList.From(_context.Catalog.InOrder.Select(policy =>
                DraftConfs.ForOutboundCluster(policy, _context.Matched, outbound.Kri, _context.MeshKri))),
        });
        _context.Parts.Add(new EndpointsPlan
        {
            Proxy = _context.Proxy,
            Destination = outbound.Kri,
            Endpoints = _context.View.EndpointsOf(service, port.Section),
            Confs = FactList.From(_context.Catalog.InOrder.Select(policy =>
                DraftConfs.ForEndpoints(policy, _context.Matched, outbound.Kri, _context.MeshKri))),
        });
    }

    private static bool IsMultiZone(ServiceView service) => service.Kind == Model.Policies.TargetKinds.MeshMultiZoneService;
}
