using Mesh.Model.Resources;
using Mesh.Policies.Core;

namespace Mesh.Policies.MeshHealthCheck;

/// <summary>The kind MeshHealthCheck.</summary>
[PolicyKind]
public static class MeshHealthCheckKind
{
    /// <summary>Value of <c>type:</c>.</summary>
    public const string Name = "MeshHealthCheck";

    /// <summary>The kind.</summary>
    public static ResourceDescriptor Resource { get; } = new()
    {
        Kind = Name,
        Path = "meshhealthchecks",
        CliName = "meshhealthcheck",
        ShortName = "mhc",
        Scope = ResourceScope.Mesh,
        SingularDisplayName = "Mesh Health Check",
        PluralDisplayName = "Mesh Health Checks",
        SpecType = typeof(MeshHealthCheckSpec),
        Sync = SyncDirections.GlobalToZones | SyncDirections.ZoneToGlobal | SyncDirections.SyncedAcrossZones,
        Validate = MeshHealthCheckValidator.Validate,
        Policy = new PolicyTraits { Order = 1200, HasTo = true },
    };
}
