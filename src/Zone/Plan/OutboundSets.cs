using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Mesh.Model.Naming;
using Mesh.Policies;
using Mesh.Policies.Drafts;
using Mesh.Policies.Matching;
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
    private readonly ConcurrentDictionary<Renewal, Lazy<OutboundSet>> _renewed = new();
    private readonly ConcurrentDictionary<LayoutKey, Lazy<OutboundLayout>> _layouts = new();
    private readonly DestinationTable _destinations;

    // Of the view before, to be planned again when somebody asks, and what came between; for one round.
    private readonly Dictionary<OutboundKey, OutboundSet> _stale = [];
    private ViewChange? _change;
    private readonly PolicyCatalog _catalog;
    private readonly ZoneMetrics? _metrics;
    private int _used;
    private readonly Lazy<ServiceNames> _names;
    private readonly Lazy<HashSet<string>> _vips;

    /// <summary>Nothing is planned yet.</summary>
    /// <param name="view">The view.</param>
    /// <param name="catalog">The policies.</param>
    /// <param name="metrics">Where planned destinations are counted; null: nowhere.</param>
    internal OutboundSets(MeshView view, PolicyCatalog catalog, ZoneMetrics? metrics = null)
    {
        _catalog = catalog;
        _metrics = metrics;
        _destinations = new DestinationTable(metrics);
        _names = new(() => new ServiceNames(view));
        _vips = new(() => new HashSet<string>(view.Services.SelectMany(service => service.Vips), StringComparer.Ordinal));
    }

    private OutboundSets(ViewChange change, OutboundSets before)
        : this(change.After, before._catalog, before._metrics)
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

    /// <summary>
    /// The round is over that worked the change in: what only it needed of what was before goes. Not while somebody plans.
    /// </summary>
    internal void Settle()
    {
        _stale.Clear();
        _renewed.Clear();
        _destinations.Settle();
        _change = null;
    }

    /// <summary>How many sets are known.</summary>
    internal int Count => _sets.Count;

    /// <summary>The outbounds of a proxy.</summary>
    internal OutboundSet Find(PlanContext context) => Find(
        new OutboundKey(
            Caller(context.Proxy, context.Matched.Match),
            new LayoutKey(OutboundWishes.Of(context.Networking), context.Redirection, context.BindsOutbounds, OwnAddresses(context))),
        () => context,
        null);

    /// <summary>What took the place of a set already; null: nothing yet, or it is being made.</summary>
    /// <param name="before">The set.</param>
    /// <param name="match">What the policies say now about the proxies that have it.</param>
    internal OutboundSet? FindRenewed(OutboundSet before, PolicyMatch match) =>
        _renewed.TryGetValue(new Renewal(before, match), out var known) && known.IsValueCreated ? known.Value : null;

    /// <summary>What takes the place of a set for proxies of which nothing else changed.</summary>
    /// <param name="before">The set they have.</param>
    /// <param name="match">What the policies say about them now.</param>
    /// <param name="context">Makes what is needed to plan for one of them.</param>
    internal OutboundSet Renew(OutboundSet before, PolicyMatch match, Func<PlanContext> context) => _renewed.GetOrAdd(
        new Renewal(before, match),
        _ => new Lazy<OutboundSet>(() =>
            Find(before.Key with { Caller = Caller(before.Key.Caller.Proxy, match) }, context, before))).Value;

    /// <summary>One object for all that are equal: keys that contain it are then compared by reference mostly.</summary>
    private OutboundCaller Caller(ProxyFacts proxy, PolicyMatch match)
    {
        var caller = OutboundCaller.Of(proxy, match, _catalog);
        return _callers.GetOrAdd(caller, caller);
    }

    /// <summary>Who comes first plans, who needs the same meanwhile waits for it.</summary>
    private OutboundSet Find(OutboundKey key, Func<PlanContext> context, OutboundSet? before) =>
        _sets.TryGetValue(key, out var known)
            ? known.Value
            : _sets.GetOrAdd(key, _ => new Lazy<OutboundSet>(() => Plan(key, context(), before))).Value;

    private OutboundSet Plan(OutboundKey key, PlanContext context, OutboundSet? before)
    {
        before ??= _stale.GetValueOrDefault(key);
        var layout = before is not null && (_change?.Services.Count ?? 0) == 0
            ? before.Layout
            : _layouts.GetOrAdd(key.Layout, _ => new Lazy<OutboundLayout>(() => Layout(context))).Value;
        var former = FormerOf(layout, before);
        var planned = new OutboundParts[layout.Destinations.Count];
        for (var i = 0; i < planned.Length; i++)
        {
            // With other policies it is to be seen what they say; else it is what it was, where nothing concerns it.
            var known = former?.Invoke(i);
            planned[i] = known is not null && ReferenceEquals(before!.Key.Caller, key.Caller) && !IsConcerned(known)
                ? known
                : _destinations.Find(key.Caller, context, layout.Destinations[i], known);
        }

        return new OutboundSet(key, layout, planned, before);
    }

    private bool IsConcerned(OutboundParts parts) => _change is not null && ProxyReach.Concerns(_change, parts.Interest);

    /// <summary>What was planned for the same destinations at the same addresses before; null: nothing.</summary>
    private static Func<int, OutboundParts?>? FormerOf(OutboundLayout layout, OutboundSet? before)
    {
        if (before is null)
        {
            return null;
        }

        if (ReferenceEquals(layout, before.Layout))
        {
            return index => before.Planned[index];
        }

        var known = new Dictionary<Kri, int>();
        for (var i = 0; i < before.Layout.Destinations.Count; i++)
        {
            known[before.Layout.Destinations[i].Outbound.Kri] = i;
        }

        return index =>
        {
            var (outbound, addresses) = layout.Destinations[index];
            return known.TryGetValue(outbound.Kri, out var at) && before.Layout.Destinations[at].Addresses.Equals(addresses)
                ? before.Planned[at]
                : null;
        };
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

    /// <summary>From a set to what it is under what the policies say now; both count by reference.</summary>
    private readonly struct Renewal(OutboundSet before, PolicyMatch match) : IEquatable<Renewal>
    {
        private readonly OutboundSet _before = before;
        private readonly PolicyMatch _match = match;

        public bool Equals(Renewal other) => ReferenceEquals(_before, other._before) && ReferenceEquals(_match, other._match);

        public override bool Equals(object? obj) => obj is Renewal other && Equals(other);

        public override int GetHashCode() => HashCode.Combine(RuntimeHelpers.GetHashCode(_before), RuntimeHelpers.GetHashCode(_match));
    }
}
