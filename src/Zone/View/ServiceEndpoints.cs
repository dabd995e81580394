using System.Collections.Immutable;
using System.Net;
using Mesh.Model.Kinds;
using Mesh.Model.Labels;
using Mesh.Model.Resources;
using Mesh.Policies.Drafts;

namespace Mesh.Zone.View;

/// <summary>Endpoints of the ports of one service, by section (contract §3.6). Immutable, equal by content.</summary>
internal sealed class ServiceEndpoints
{
    /// <summary>Label of endpoints outside the mesh, and its value.</summary>
    internal const string ExternalAccess = "kuma.io/access";
    internal const string External = "external";

    private readonly ImmutableSortedDictionary<string, EndpointSet> _bySection;

    private ServiceEndpoints(ImmutableSortedDictionary<string, EndpointSet> bySection) => _bySection = bySection;

    internal static ServiceEndpoints None { get; } = new(ImmutableSortedDictionary.Create<string, EndpointSet>(StringComparer.Ordinal));

    internal EndpointSet Find(string section) => _bySection.TryGetValue(section, out var set) ? set : EndpointSet.Empty;

    internal bool SameAs(ServiceEndpoints other) => ReferenceEquals(this, other) || _bySection.SequenceEqual(other._bySection);

    /// <summary>One endpoint per healthy inbound, of the selected Dataplanes, that a port of the service means.</summary>
    internal static ServiceEndpoints OfLocal(MeshServiceSpec spec, IEnumerable<Resource> dataplanes)
    {
        var found = new Dictionary<string, List<Endpoint>>(StringComparer.Ordinal);
        foreach (var dataplane in dataplanes)
        {
            if (dataplane.SpecAs<DataplaneSpec>().Networking is not { Inbound: { Count: > 0 } inbounds } networking)
            {
                continue;
            }

            var labels = LabelSet.Of(dataplane.Labels).With(ResourceLabels.Service, null);
            foreach (var inbound in inbounds)
            {
                if (IsHealthy(inbound))
                {
                    Add(spec, inbound, Endpoint(dataplane, networking, inbound, labels), found);
                }
            }
        }

        return Of(found);
    }

    /// <summary>Where a service that runs in another zone is reached.</summary>
    /// <param name="service">The service.</param>
    /// <param name="ways">Ways into its zone, or egresses that know them.</param>
    /// <param name="priority">Priority of the endpoints.</param>
    internal static ServiceEndpoints OfRemote(ServiceView service, FactList<HostAddress> ways, uint priority)
    {
        var zone = service.Kri.Zone;
        var labels = LabelSet.Empty.With(ResourceLabels.Service, service.Name).With(ResourceLabels.Zone, zone);
        return OfEveryPort(service, ways.Select(way => new Endpoint(way.Host, way.Port, labels, zone, priority)));
    }

    /// <summary>Where a service outside the mesh is reached: at the zone egresses.</summary>
    internal static ServiceEndpoints OfExternal(ServiceView service, FactList<HostAddress> egresses)
    {
        var labels = service.Labels.With(ExternalAccess, External);
        return OfEveryPort(service, egresses.Select(egress => new Endpoint(egress.Host, egress.Port, labels, "")));
    }

    /// <summary>The endpoints of several services, joined by the names of their ports.</summary>
    /// <param name="service">The service that they make up.</param>
    /// <param name="members">Their endpoints.</param>
    /// <param name="throughEgress">
    /// Endpoints of other zones are egresses of this one: each is one and the same for all zones, for it chooses the zone.
    /// </param>
    internal static ServiceEndpoints OfAll(ServiceView service, IReadOnlyList<ServiceEndpoints> members, bool throughEgress)
    {
        var sets = None._bySection.ToBuilder();
        foreach (var port in service.Ports)
        {
            var joined = members.Count == 1
                ? members[0].Find(port.Section)
                : EndpointSet.Of(members.SelectMany(member => member.Find(port.Section).Items));
            sets[port.Section] = throughEgress
                ? EndpointSet.Of(joined.Items.Select(endpoint => endpoint.Priority == 0 ? endpoint : AnyZone(endpoint, service)))
                : joined;
        }

        return new ServiceEndpoints(sets.ToImmutable());
    }

    private static Endpoint AnyZone(Endpoint endpoint, ServiceView service) =>
        endpoint with { Zone = "", Labels = LabelSet.Empty.With(ResourceLabels.Service, service.Name) };

    private static ServiceEndpoints OfEveryPort(ServiceView service, IEnumerable<Endpoint> endpoints)
    {
        var set = EndpointSet.Of(endpoints);
        return new ServiceEndpoints(None._bySection.AddRange(service.Ports.Select(port => KeyValuePair.Create(port.Section, set))));
    }

    private static ServiceEndpoints Of(Dictionary<string, List<Endpoint>> found) =>
        new(None._bySection.AddRange(found.Select(pair => KeyValuePair.Create(pair.Key, EndpointSet.Of(pair.Value)))));

    private static bool IsHealthy(DataplaneInbound inbound) =>
        (string.IsNullOrEmpty(inbound.State) || inbound.State == DataplaneInbound.Ready) && inbound.Health is null or { Ready: true };

    private static bool IsAddress(string host) => IPAddress.TryParse(host, out _);

    private static Endpoint? Endpoint(Resource dataplane, DataplaneNetworking networking, DataplaneInbound inbound, LabelSet labels)
    {
        var address = string.IsNullOrEmpty(inbound.Address) ? networking.Address : inbound.Address;
        if (address is null || !IsAddress(address))
        {
            return null;
        }

        var tags = string.IsNullOrEmpty(inbound.Protocol) ? labels : labels.With(ResourceLabels.Protocol, inbound.Protocol);
        return new Endpoint(address, inbound.Port, tags, dataplane.Label(ResourceLabels.Zone));
    }

    private static void Add(MeshServiceSpec spec, DataplaneInbound inbound, Endpoint? endpoint, Dictionary<string, List<Endpoint>> found)
    {
        if (endpoint is null)
        {
            return;
        }

        foreach (var port in spec.Ports ?? [])
        {
            if (!Means(port, inbound))
            {
                continue;
            }

            if (!found.TryGetValue(port.SectionName, out var list))
            {
                found.Add(port.SectionName, list = []);
            }

            list.Add(endpoint);
        }
    }

    private static bool Means(MeshServicePort port, DataplaneInbound inbound) => port.TargetPort switch
    {
        null => port.Port == inbound.Port,
        { IsNumber: true } number => number.Number == inbound.Port,
        { } name => name.Text == inbound.Name,
    };
}
