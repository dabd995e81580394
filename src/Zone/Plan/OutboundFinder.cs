using System.Globalization;
using System.Net;
using Mesh.Model.Kinds;
using Mesh.Model.Naming;
using Mesh.Model.Resources;
using Mesh.Policies.Drafts;
using Mesh.Zone.View;

namespace Mesh.Zone.Plan;

/// <summary>
/// Finds out what a proxy and all that are like it can call, and where they listen for that (contract §3.4). It may ask its
/// proxy only what is part of <see cref="LayoutKey"/>.
/// </summary>
internal sealed class OutboundFinder(PlanContext context, Lazy<ServiceNames> names, ProxyInterest interest, List<PlanFault> faults)
{
    private readonly OrderedDictionary<Kri, (Outbound Outbound, List<ListenAddress> Addresses)> _outbounds = [];
    private readonly List<DnsRecord> _records = [];

    /// <summary>Names of the destinations, by name; only with virtual addresses.</summary>
    internal FactList<DnsRecord> Records => FactList.From(_records.OrderBy(record => record.Name, StringComparer.Ordinal));

    /// <summary>The destinations.</summary>
    internal IReadOnlyList<(Outbound Outbound, FactList<ListenAddress> Addresses)> Find()
    {
        if (context.HasVirtualOutbounds)
        {
            AddVirtual();
        }
        else
        {
            AddExplicit();
        }

        return [.. _outbounds.Values.Select(pair => (pair.Outbound, FactList.From(pair.Addresses)))];
    }

    private void AddExplicit()
    {
        foreach (var outbound in context.Networking.Outbound ?? [])
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
                var address = string.IsNullOrEmpty(outbound.Address) ? OutboundPlanner.DefaultAddress : outbound.Address;
                Add(new Outbound(service.Kri.WithSection(section), service, port), new ListenAddress(address, outbound.Port));
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

            interest.AddSelector(kind, labels);
            return context.View.FindService(kind, labels);
        }

        interest.Services.Add(new ResourceKey(kind, context.View.Name, name));
        return context.View.FindService(kind, name);
    }

    private void AddVirtual()
    {
        var reachable = context.Networking.TransparentProxying?.ReachableBackends;
        interest.InAllServices = reachable is null;
        var services = reachable is null ? context.View.Services : names.Value.MayMean(reachable).Where(service => IsReachable(service, reachable));
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
                Add(new Outbound(service.Kri.WithSection(port.Section), service, port), address);
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

        if (context.BindsOutbounds && !IPAddress.IsLoopback(address))
        {
            faults.Add(new PlanFault(
                service.Kri.WithSection(port.Section).ToString(),
                $"the virtual address {vip} cannot be bound: with bound outbounds the VIP ranges must lie in 127.0.0.0/8"));
            return false;
        }

        return !context.Inbounds.Any(inbound => inbound.Address == vip && inbound.Port == port.Number);
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
        var families = context.Redirection?.IpFamilyMode ?? Ingest.IpFamilyMode.DualStack;
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
}
