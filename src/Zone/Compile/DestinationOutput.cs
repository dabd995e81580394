using Mesh.Engine.Snapshots;
using Mesh.Zone.Plan;

namespace Mesh.Zone.Compile;

/// <summary>What came of one planned destination, for all sets of outbounds that have it.</summary>
internal sealed class DestinationOutput(OutboundParts planned, CompileCache cache) : UsedOutput
{
    private readonly PartList _parts = new(cache);

    /// <summary>What it was made of.</summary>
    internal OutboundParts Planned => planned;

    /// <summary>What could not be compiled.</summary>
    internal IReadOnlyList<PlanFault> Faults => _parts.Faults;

    /// <summary>Adds its resources to a snapshot.</summary>
    internal void AddTo(SnapshotBuilder builder) => _parts.AddTo(builder);

    private protected override void Make() => _parts.Take(planned.Parts);

    private protected override void Free() => _parts.Clear();
}
