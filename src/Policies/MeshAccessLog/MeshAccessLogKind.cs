using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Policies.Core;

namespace Mesh.Policies.MeshAccessLog;

/// <summary>The kind MeshAccessLog.</summary>
[PolicyKind]
public static class MeshAccessLogKind
{
    /// <summary>Value of <c>type:</c>.</summary>
    public const string Name = "MeshAccessLog";

    /// <summary>The kind.</summary>
    public static ResourceDescriptor Resource { get; } = new()
    {
        Kind = Name,
        Path = "meshaccesslogs",
        CliName = "meshaccesslog",
        ShortName = "mal",
        Scope = ResourceScope.Mesh,
        SingularDisplayName = "Mesh Access Log",
        PluralDisplayName = "Mesh Access Logs",
        SpecType = typeof(MeshAccessLogSpec),
        StatusType = typeof(ConditionsStatus),
        Sync = SyncDirections.GlobalToZones | SyncDirections.ZoneToGlobal | SyncDirections.SyncedAcrossZones,
        Validate = MeshAccessLogValidator.Validate,
        Policy = new PolicyTraits { Order = 600, HasTo = true, HasRules = true },
    };
}
