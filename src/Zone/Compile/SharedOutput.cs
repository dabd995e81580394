using Mesh.Engine;
using Mesh.Engine.Snapshots;
using Mesh.Zone.Plan;

namespace Mesh.Zone.Compile;

/// <summary>What came of outbounds that many proxies have in common, compiled and put together.</summary>
internal sealed class SharedOutput(OutboundSet outbounds, DestinationOutputs destinations, ResourceEngine engine) : UsedOutput
{
    private readonly List<DestinationOutput> _destinations = [];
    private ProxySnapshot? _snapshot;

    /// <summary>What it was made of.</summary>
    internal OutboundSet Outbounds { get; } = outbounds;

    /// <summary>The resources, over which a proxy's own are laid; valid while the output is in use.</summary>
    internal ProxySnapshot Snapshot => _snapshot!;

    /// <summary>What could not be compiled.</summary>
    internal IReadOnlyList<PlanFault> Faults { get; private set; } = [];

    /// <summary>Where two destinations lead to one cluster both have it, and it is the same: it is there once.</summary>
    private protected override void Make()
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

    private protected override void Free()
    {
        _snapshot!.Dispose();
        foreach (var destination in _destinations)
        {
            destinations.Release(destination);
        }

        _destinations.Clear();
    }
}
