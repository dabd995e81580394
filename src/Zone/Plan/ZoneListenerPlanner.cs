using System.Net;
using Mesh.Envoy.Names;
using Mesh.Identity.Certificates;
using Mesh.Model.Kinds;
using Mesh.Model.Naming;
using Mesh.Model.Policies;
using Mesh.Model.Resources;
using Mesh.Policies.Drafts;
using Mesh.Policies.Matching;
using Mesh.Policies.Merging;
using Mesh.Zone.View;

namespace Mesh.Zone.Plan;

/// <summary>
/// Plans the listeners of a zone proxy with the clusters behind them (contract §3.8). An ingress passes TLS on to what runs
/// in this zone; an egress ends it for services outside the mesh, and passes it on into other zones where the mesh says
/// that its traffic leaves that way.
/// </summary>
internal sealed class ZoneListenerPlanner
{
    private readonly PlanContext _context;
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private readonly Dictionary<(Kri Destination, bool IsEgress), string> _clusters = [];

    /// <summary>A planner; the proxy's outbounds must have been planned.</summary>
    internal ZoneListenerPlanner(PlanContext context) => _context = context;

    internal void Plan()
    {
        if (_context.Networking.Listeners is not { Count: > 0 } listeners)
        {
            return;
        }

        var ofOutbounds = (_context.Outbounds?.Planned ?? []).SelectMany(planned => planned.Parts);
        _taken.UnionWith(_context.Parts.Concat(ofOutbounds).OfType<ClusterPlan>().Select(part => part.Title));
        foreach (var listener in listeners)
        {
            var isEgress = listener.Type == DataplaneListener.ZoneEgress;
            if (!isEgress && listener.Type != DataplaneListener.ZoneIngress)
            {
                continue;
            }

            var facts = Facts(listener, isEgress);
            if (!IPAddress.TryParse(facts.Address, out _))
            {
                _context.Faults.Add(new PlanFault(facts.Name, $"'{facts.Address}' is not an IP address"));
                continue;
            }

            var chains = isEgress ? EgressChains(facts) : IngressChains();
            if (chains.Count > 0)
            {
                _context.Parts.Add(new ZoneListenerPlan
                {
                    Proxy = _context.Proxy,
                    Facts = facts,
                    Chains = FactList.From(chains),
                    Rules = FactList.From(_context.Catalog.InOrder.Select(policy => DraftConfs.ForZoneListener(policy, _context.Matched, facts.Key))),
                });
            }
        }
    }

    private ZoneListenerFacts Facts(DataplaneListener listener, bool isEgress)
    {
        var section = new ProxySection("", listener.Name ?? "", listener.Port, true).SectionName;
        return new ZoneListenerFacts
        {
            Name = isEgress ? EnvoyNames.ZoneEgress(section) : EnvoyNames.ZoneIngress(section),
            Address = string.IsNullOrEmpty(listener.Address) ? _context.Address : listener.Address,
            Port = listener.Port,
            IsEgress = isEgress,
        };
    }

    private List<ZoneChain> IngressChains()
    {
        _context.Interest.InLocalServices = true;
        var chains = new List<ZoneChain>();
        foreach (var service in _context.View.Services)
        {
            if (!service.IsExternal && !service.IsRemote)
            {
                AddPassedOn(service, isEgress: false, port => _context.View.EndpointsOf(service, port.Section).Here, chains);
            }
        }

        return chains;
    }

    private List<ZoneChain> EgressChains(ZoneListenerFacts facts)
    {
        _context.Interest.InExternalServices = true;
        _context.Interest.InRemoteServices = _context.View.UsesZoneEgress;
        var chains = new List<ZoneChain>();
        var isFaulty = false;
        foreach (var service in _context.View.Services)
        {
            if (service.IsExternal && _context.Proxy.Identity is null)
            {
                isFaulty = true;
            }
            else if (service.IsExternal)
            {
                AddExternal(service, chains);
            }
            else if (_context.View.UsesZoneEgress)
            {
                AddPassedOn(service, isEgress: true, port => _context.View.WaysTo(service, port.Section), chains);
            }
        }

        if (isFaulty)
        {
            _context.Faults.Add(new PlanFault(
                facts.Name, "no MeshIdentity selects this proxy: it cannot end the TLS of calls to MeshExternalServices, so they are left out"));
        }

        return chains;
    }

    private void AddPassedOn(ServiceView service, bool isEgress, Func<ServicePort, EndpointSet> endpointsOf, List<ZoneChain> chains)
    {
        foreach (var port in service.Ports)
        {
            var destination = service.Kri.WithSection(port.Section);
            var endpoints = endpointsOf(port);
            if (isEgress && endpoints.Items.Count == 0)
            {
                continue;
            }

            if (port.Sni is null)
            {
                _context.Faults.Add(new PlanFault(destination.ToString(), "its name makes no valid server name (SNI): other zones cannot call it"));
                continue;
            }

            _context.Interest.Services.Add(new ResourceKey(service.Kind, _context.View.Name, service.Name));
            if (TryName(destination, isEgress, out var name))
            {
                AddPassedOnCluster(destination, name, endpoints);
            }

            chains.Add(new ZoneChain(port.Sni, destination, name, Protocols.Tcp, EndsTls: false));
        }
    }

    private void AddPassedOnCluster(Kri destination, string name, EndpointSet endpoints)
    {
        var assignment = new EndpointsPlan
        {
            Proxy = _context.Proxy,
            Destination = destination,
            Cluster = name,
            Endpoints = endpoints,
            Confs = FactList.From(_context.Catalog.InOrder.Select(policy =>
                DraftConfs.ForEndpoints(policy, _context.Matched, destination, _context.MeshKri))),
        };
        _context.Parts.Add(new ClusterPlan
        {
            Proxy = _context.Proxy,
            Name = name,
            Facts = new ClusterFacts { Role = ClusterRole.PassedOn, Protocol = Protocols.Tcp, Destination = destination },
            Resolved = endpoints.HasNames ? assignment : null,
            Confs = ClusterConfs(destination),
        });
        if (!endpoints.HasNames)
        {
            _context.Parts.Add(assignment);
        }
    }

    private void AddExternal(ServiceView service, List<ZoneChain> chains)
    {
        var spec = _context.View.Find(TargetKinds.MeshExternalService, service.Name)!.SpecAs<MeshExternalServiceSpec>();
        var addresses = (spec.Endpoints ?? []).Where(endpoint => endpoint is { Address.Length: > 0, Port: > 0 and <= ushort.MaxValue })
            .Select(endpoint => new ExternalAddress(endpoint.Address!, (uint)endpoint.Port!, (uint)Math.Max(0, endpoint.Priority ?? 0))).ToList();
        if (service.Ports.Count == 0 || addresses.Count == 0)
        {
            return;
        }

        var port = service.Ports[0];
        var destination = service.Kri.WithSection(port.Section);
        if (port.Sni is null)
        {
            _context.Faults.Add(new PlanFault(destination.ToString(), "its name makes no valid server name (SNI): nobody can call it"));
            return;
        }

        try
        {
            if (TryName(destination, isEgress: true, out var name))
            {
                _context.Parts.Add(ExternalCluster(service, port, destination, name, addresses, ExternalTlsReader.Read(spec.Tls, _context)));
            }

            chains.Add(new ZoneChain(port.Sni, destination, name, port.Protocol, EndsTls: true));
        }
        catch (CertificateException e)
        {
            _clusters.Remove((destination, true));
            _context.Faults.Add(new PlanFault(destination.ToString(), e.Message));
        }
    }

    private ExternalClusterPlan ExternalCluster(
        ServiceView service, ServicePort port, Kri destination, string name, List<ExternalAddress> addresses, ExternalTlsFacts? tls) => new()
        {
            Name = name,
            Proxy = _context.Proxy,
            Facts = new ClusterFacts { Role = ClusterRole.External, Protocol = port.Protocol, Destination = destination, IsExternal = true },
            Addresses = FactList.From(addresses),
            Labels = service.Labels.With(ServiceEndpoints.ExternalAccess, ServiceEndpoints.External),
            HasIPv6 = _context.Metadata.HasIPv6,
            Tls = tls,
            Confs = ClusterConfs(destination),
        };

    private FactList<MergedConf?> ClusterConfs(Kri destination) => FactList.From(_context.Catalog.InOrder.Select(policy =>
        DraftConfs.ForOutboundCluster(policy, _context.Matched, destination, _context.MeshKri)));

    /// <summary>
    /// The name of a destination's cluster: its KRI, unless the proxy has another cluster of that name, for what it calls
    /// itself or for its other direction.
    /// </summary>
    /// <returns>True: it is new and has to be planned.</returns>
    private bool TryName(Kri destination, bool isEgress, out string name)
    {
        if (_clusters.TryGetValue((destination, isEgress), out name!))
        {
            return false;
        }

        name = destination.ToString();
        if (!_taken.Add(name))
        {
            name = isEgress ? EnvoyNames.ZoneEgress(name) : EnvoyNames.ZoneIngress(name);
            _taken.Add(name);
        }

        _clusters.Add((destination, isEgress), name);
        return true;
    }
}
