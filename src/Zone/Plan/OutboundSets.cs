using System.Collections.Concurrent;
using Mesh.Model.Naming;
using Mesh.Policies.Drafts;
using Mesh.Zone.View;

namespace Mesh.Zone.Plan;

/// <summary>
/// The outbounds planned for one view. Instances of a workload, and all proxies with redirected traffic, mostly call the
/// same under the same policies: that is found once. What different workloads call in common is planned once. What a change
/// does not concern goes over to the next view as it is; of what it concerns only the concerned destinations are planned
/// again. Safe for concurrent use.
/// </summary>
internal sealed class OutboundSets
{
    // Sets that nobody has any more are kept until a change, but not without limit.
    private const int KeptUnused = 64;

    private readonly ConcurrentDictionary<OutboundCaller, OutboundCaller> _callers = new();
    private readonly ConcurrentDictionary<OutboundKey, Lazy<OutboundSet>> _sets = new();
    private readonly ConcurrentDictionary<PartsKey, OutboundParts> _parts = new();

    // Of the view before, to be planned again when somebody asks.
    private readonly Dictionary<OutboundKey, OutboundSet> _stale = [];
    private readonly ViewChange? _change;
    private readonly ZoneMetrics? _metrics;
    private int _used;
    private readonly Lazy<ServiceNames> _names;
    private readonly Lazy<HashSet<string>> _vips;

    /// <summary>Nothing is planned yet.</summary>
    /// <param name="view">The view.</param>
    /// <param name="metrics">Where planned destinations are counted; null: nowhere.</param>
    internal OutboundSets(MeshView view, ZoneMetrics? metrics = null)
    {
        _metrics = metrics;
        _names = new(() => new ServiceNames(view));
        _vips = new(() => new HashSet<string>(view.Services.SelectMany(service => service.Vips), StringComparer.Ordinal));
    }

    private OutboundSets(ViewChange change, OutboundSets before)
        : this(change.After, before._metrics)
    {
        _change = change;
        if (change.Services.Count == 0)
        {
            (_names, _vips) = (before._names, before._vips);
        }
    }

    /// <summary>
    /// The outbounds of the view after a change: these, where the change does not concern any. Proxies that a change does
    /// not touch keep the set they have, so a set in use that no change concerned holds for every later view.
    /// </summary>
    /// <param name="change">The change.</param>
    /// <param name="isUsed">Whether a proxy has a set now: others are forgotten.</param>
    internal OutboundSets Next(ViewChange change, Predicate<OutboundSet> isUsed)
    {
        if (!change.MayConcernOutbounds && _sets.Count <= (2 * _used) + KeptUnused)
        {
            return this;
        }

        var next = new OutboundSets(change, this);
        if (change.IsMeshChanged)
        {
            return next;
        }

        foreach (var (key, lazy) in _sets)
        {
            if (!lazy.IsValueCreated || !isUsed(lazy.Value))
            {
                continue;
            }

            next._callers.TryAdd(key.Caller, key.Caller);
            if (ProxyReach.Concerns(change, lazy.Value.Interest))
            {
                next._stale.Add(key, lazy.Value);
            }
            else
            {
                next._sets[key] = lazy;
            }
        }

        next._used = next._sets.Count + next._stale.Count;
        return next;
    }

    /// <summary>How many sets are known.</summary>
    internal int Count => _sets.Count;

    /// <summary>The outbounds of a proxy.</summary>
    internal OutboundSet Find(PlanContext context)
    {
        // One object for all that are equal: keys that contain it are then compared by reference mostly.
        var caller = OutboundCaller.Of(context);
        caller = _callers.GetOrAdd(caller, caller);
        return Find(
            new OutboundKey(caller, OutboundWishes.Of(context.Networking), context.Redirection, context.BindsOutbounds, OwnAddresses(context)),
            () => context);
    }

    /// <summary>What takes the place of a set for proxies of which nothing else changed.</summary>
    /// <param name="before">The set they have.</param>
    /// <param name="context">Makes what is needed to plan for one of them.</param>
    internal OutboundSet Renew(OutboundSet before, Func<PlanContext> context) => Find(before.Key, context);

    /// <summary>Who comes first plans, who needs the same meanwhile waits for it.</summary>
    private OutboundSet Find(OutboundKey key, Func<PlanContext> context) =>
        _sets.TryGetValue(key, out var known)
            ? known.Value
            : _sets.GetOrAdd(key, _ => new Lazy<OutboundSet>(() => Plan(key, context()))).Value;

    private OutboundSet Plan(OutboundKey key, PlanContext context)
    {
        var before = _stale.GetValueOrDefault(key);
        var layout = before is not null && _change!.Services.Count == 0 ? before.Layout : Layout(context);
        var known = new Dictionary<Kri, int>();
        for (var i = 0; i < before?.Layout.Destinations.Count; i++)
        {
            known[before.Layout.Destinations[i].Outbound.Kri] = i;
        }

        var planned = new List<OutboundParts>(layout.Destinations.Count);
        foreach (var (outbound, addresses) in layout.Destinations)
        {
            if (known.TryGetValue(outbound.Kri, out var at)
                && before!.Layout.Destinations[at].Addresses.Equals(addresses) && !ProxyReach.Concerns(_change!, before.Planned[at].Interest))
            {
                planned.Add(before.Planned[at]);
                continue;
            }

            var partsKey = new PartsKey(key.Caller, outbound.Kri, addresses);
            if (!_parts.TryGetValue(partsKey, out var parts))
            {
                _metrics?.CountDestination();
                parts = _parts.GetOrAdd(partsKey, DestinationPlanner.Plan(context, outbound, addresses));
            }

            planned.Add(parts);
        }

        return new OutboundSet(key, layout, planned);
    }

    private OutboundLayout Layout(PlanContext context)
    {
        var interest = new ProxyInterest();
        var faults = new List<PlanFault>();
        var finder = new OutboundFinder(context, _names, interest, faults);
        return new OutboundLayout(finder.Find(), interest, faults, finder.Records);
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
}
