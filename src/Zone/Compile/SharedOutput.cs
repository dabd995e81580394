using Mesh.Engine;
using Mesh.Engine.Snapshots;
using Mesh.Zone.Plan;

namespace Mesh.Zone.Compile;

/// <summary>
/// What came of outbounds that many proxies have in common: compiled and put together by the first that needs it, while
/// others that need the same wait and those that need something else go on. Safe for concurrent use.
/// </summary>
internal sealed class SharedOutput(OutboundSet outbounds, DestinationOutputs destinations, ResourceEngine engine)
{
    private readonly Lock _lock = new();
    private readonly List<DestinationOutput> _destinations = [];
    private ProxySnapshot? _snapshot;
    private int _users;
    private bool _isDead;

    /// <summary>What it was made of.</summary>
    internal OutboundSet Outbounds { get; } = outbounds;

    /// <summary>The resources, over which a proxy's own are laid; valid while the output is in use.</summary>
    internal ProxySnapshot Snapshot => _snapshot!;

    /// <summary>What could not be compiled.</summary>
    internal IReadOnlyList<PlanFault> Faults { get; private set; } = [];

    /// <summary>Adds a user, for whom it is complete on return. False: its last user left meanwhile.</summary>
    internal bool TryUse()
    {
        lock (_lock)
        {
            if (_isDead)
            {
                return false;
            }

            if (_snapshot is null)
            {
                Make();
            }

            _users++;
            return true;
        }
    }

    /// <summary>Takes a user away. True: it was the last one, and everything is freed.</summary>
    internal bool Leave()
    {
        lock (_lock)
        {
            if (--_users > 0)
            {
                return false;
            }

            _isDead = true;
            _snapshot!.Dispose();
            foreach (var destination in _destinations)
            {
                destinations.Release(destination);
            }

            _destinations.Clear();
            return true;
        }
    }

    /// <summary>Where two destinations lead to one cluster both have it, and it is the same: it is there once.</summary>
    private void Make()
    {
        using var builder = engine.BeginSnapshot();
        List<PlanFault>? faults = null;
        _destinations.EnsureCapacity(Outbounds.Planned.Count);
        foreach (var planned in Outbounds.Planned)
        {
            var destination = destinations.Acquire(planned);
            _destinations.Add(destination);
            destination.AddTo(builder);
            if (destination.Faults.Count > 0)
            {
                faults = [.. (faults ?? []).Union(destination.Faults)];
            }
        }

        Faults = faults ?? (IReadOnlyList<PlanFault>)[];
        _snapshot = builder.Build();
    }
}
