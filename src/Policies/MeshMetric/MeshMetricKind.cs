using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Policies.Core;

namespace Mesh.Policies.MeshMetric;

/// <summary>The kind MeshMetric.</summary>
[PolicyKind]
public static class MeshMetricKind
{
    /// <summary>Value of <c>type:</c>.</summary>
    public const string Name = "MeshMetric";

    /// <summary>The kind.</summary>
    public static ResourceDescriptor Resource { get; } = new()
    {
        Kind = Name,
        Path = "meshmetrics",
        CliName = "meshmetric",
        ShortName = "mm",
        Scope = ResourceScope.Mesh,
        SingularDisplayName = "Mesh Metric",
        PluralDisplayName = "Mesh Metrics",
        SpecType = typeof(MeshMetricSpec),
        StatusType = typeof(ConditionsStatus),
        Sync = SyncDirections.GlobalToZones | SyncDirections.ZoneToGlobal | SyncDirections.SyncedAcrossZones,
        Validate = MeshMetricValidator.Validate,
        Advise = MeshMetricValidator.Advise,
        Policy = new PolicyTraits { Order = 1500 },
    };
}
