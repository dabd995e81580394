using Mesh.Model.Resources;

namespace Mesh.Model.Kinds;

/// <summary>Proxies of one workload.</summary>
public static class WorkloadKind
{
    /// <summary>Value of <c>type:</c>.</summary>
    public const string Name = "Workload";

    /// <summary>The kind.</summary>
    public static ResourceDescriptor Resource { get; } = new()
    {
        Kind = Name,
        Path = "workloads",
        CliName = "workload",
        ShortName = "wl",
        Scope = ResourceScope.Mesh,
        SingularDisplayName = "Workload",
        PluralDisplayName = "Workloads",
        SpecType = typeof(WorkloadSpec),
        StatusType = typeof(WorkloadStatus),
        Sync = SyncDirections.ZoneToGlobal,
    };
}
