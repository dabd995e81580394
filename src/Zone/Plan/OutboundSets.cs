using System.Collections.Concurrent;
using Mesh.Model.Naming;
using Mesh.Policies.Drafts;
using Mesh.Zone.View;

namespace Mesh.Zone.Plan;

/// <summary>
/// The outbounds planned for one view so far. Instances of a workload, and all proxies with redirected traffic, mostly
/// call the same under the same policies: that is found once. What different workloads call in common is planned once. Safe
/// for concurrent use.
/// </summary>
internal sealed class OutboundSets(MeshView view)
{
    private readonly ConcurrentDictionary<OutboundCaller, OutboundCaller> _callers = new();
    private readonly ConcurrentDictionary<OutboundKey, OutboundSet> _sets = new();
    private readonly ConcurrentDictionary<PartsKey, OutboundParts> _parts = new();
    private readonly Lazy<ServiceNames> _names = new(() => new ServiceNames(view));
    private readonly Lazy<HashSet<string>> _vips = new(() => new HashSet<string>(view.Services.SelectMany(service => service.Vips), StringComparer.Ordinal));

    /// <summary>The outbounds of a proxy.</summary>
    internal OutboundSet Find(PlanContext context)
    {
        // One object for all that are equal: keys that contain it are then compared by reference mostly.
        var caller = OutboundCaller.Of(context);
        caller = _callers.GetOrAdd(caller, caller);
        var key = new OutboundKey(
            caller, OutboundWishes.Of(context.Networking), context.Redirection, context.BindsOutbounds, OwnAddresses(context));
        if (!_sets.TryGetValue(key, out var set))
        {
            set = _sets.GetOrAdd(key, Plan(context, caller));
        }

        return set;
    }

    private OutboundSet Plan(PlanContext context, OutboundCaller caller)
    {
        var interest = new ProxyInterest();
        var faults = new List<PlanFault>();
        var finder = new OutboundFinder(context, _names.Value, interest, faults);
        var merged = new PartMerge(interest, faults);
        foreach (var (outbound, addresses) in finder.Find())
        {
            var key = new PartsKey(caller, outbound.Kri, addresses);
            if (!_parts.TryGetValue(key, out var parts))
            {
                parts = _parts.GetOrAdd(key, DestinationPlanner.Plan(context, outbound, addresses));
            }

            merged.Add(parts);
        }

        return new OutboundSet(merged.Parts, faults, interest, finder.Records);
    }

    private FactList<ListenAddress> OwnAddresses(PlanContext context)
    {
        if (!context.HasVirtualOutbounds)
        {
            return [];
        }

        var own = context.Inbounds.Where(inbound => _vips.Value.Contains(inbound.Address)).Select(inbound => new ListenAddress(inbound.Address, inbound.Port));
        return FactList.From(own);
    }

    /// <summary>The caller counts by reference: it is one object for all that are equal.</summary>
    private readonly struct PartsKey(OutboundCaller caller, Kri destination, FactList<ListenAddress> addresses) : IEquatable<PartsKey>
    {
        private readonly OutboundCaller _caller = caller;
        private readonly Kri _destination = destination;
        private readonly FactList<ListenAddress> _addresses = addresses;

        public bool Equals(PartsKey other) =>
            ReferenceEquals(_caller, other._caller) && _destination.Equals(other._destination) && _addresses.Equals(other._addresses);

        public override bool Equals(object? obj) => obj is PartsKey other && Equals(other);

        public override int GetHashCode() => HashCode.Combine(_destination, _addresses);
    }

    /// <summary>Puts parts of several destinations together: where two lead to one cluster it is there once.</summary>
    private sealed class PartMerge(ProxyInterest interest, List<PlanFault> faults)
    {
        private readonly HashSet<Kri> _clusters = [];
        private readonly HashSet<Kri> _endpoints = [];

        public List<SubPlan> Parts { get; } = [];

        public void Add(OutboundParts parts)
        {
            foreach (var part in parts.Parts)
            {
                var isNew = part switch
                {
                    ClusterPlan { Facts.Destination: { } destination } => _clusters.Add(destination),
                    EndpointsPlan endpoints => _endpoints.Add(endpoints.Destination),
                    _ => true,
                };
                if (isNew)
                {
                    Parts.Add(part);
                }
            }

            foreach (var fault in parts.Faults)
            {
                if (!faults.Contains(fault))
                {
                    faults.Add(fault);
                }
            }

            interest.Services.UnionWith(parts.Interest.Services);
            foreach (var (kind, labels) in parts.Interest.Selectors)
            {
                interest.AddSelector(kind, labels);
            }
        }
    }
}
