using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Mesh.Model.Naming;
using Mesh.Policies.Drafts;

namespace Mesh.Zone.Plan;

/// <summary>
/// The destinations planned for one view, each once for all callers that are alike, whatever else these call. Safe for
/// concurrent use.
/// </summary>
internal sealed class DestinationTable(ZoneMetrics? metrics)
{
    private readonly ConcurrentDictionary<Key, OutboundParts> _planned = new();

    // The way that is asked by every set: without a look at names.
    private readonly ConcurrentDictionary<Step, OutboundParts> _after = new();

    /// <summary>The plan of a destination.</summary>
    /// <param name="caller">What shapes it; one object for all that are equal.</param>
    /// <param name="context">One of the callers.</param>
    /// <param name="destination">The destination and where it is listened for it.</param>
    /// <param name="before">What was planned for it at these addresses for the view before; null: nothing.</param>
    internal OutboundParts Find(
        OutboundCaller caller, PlanContext context, (Outbound Outbound, FactList<ListenAddress> Addresses) destination, OutboundParts? before)
    {
        if (before is not null && _after.TryGetValue(new Step(before, caller), out var known))
        {
            return known;
        }

        var key = new Key(caller, destination.Outbound.Kri, destination.Addresses);
        if (!_planned.TryGetValue(key, out known))
        {
            metrics?.CountDestination();
            known = DestinationPlanner.Plan(context, destination.Outbound, destination.Addresses).Over(before);
            known = _planned.GetOrAdd(key, known);
        }

        if (before is not null)
        {
            _after.TryAdd(new Step(before, caller), known);
        }

        return known;
    }

    /// <summary>Nobody asks any more by what was planned before.</summary>
    internal void Settle() => _after.Clear();

    /// <summary>The caller counts by reference: it is one object for all that are equal.</summary>
    private readonly struct Key(OutboundCaller caller, Kri destination, FactList<ListenAddress> addresses) : IEquatable<Key>
    {
        private readonly OutboundCaller _caller = caller;
        private readonly Kri _destination = destination;
        private readonly FactList<ListenAddress> _addresses = addresses;

        public bool Equals(Key other) =>
            ReferenceEquals(_caller, other._caller) && _destination.Equals(other._destination) && _addresses.Equals(other._addresses);

        public override bool Equals(object? obj) => obj is Key other && Equals(other);

        public override int GetHashCode() => HashCode.Combine(_destination, _addresses);
    }

    /// <summary>From what was planned to what is planned for a caller now; both count by reference.</summary>
    private readonly struct Step(OutboundParts before, OutboundCaller caller) : IEquatable<Step>
    {
        private readonly OutboundParts _before = before;
        private readonly OutboundCaller _caller = caller;

        public bool Equals(Step other) => ReferenceEquals(_before, other._before) && ReferenceEquals(_caller, other._caller);

        public override bool Equals(object? obj) => obj is Step other && Equals(other);

        public override int GetHashCode() => HashCode.Combine(RuntimeHelpers.GetHashCode(_before), RuntimeHelpers.GetHashCode(_caller));
    }
}
