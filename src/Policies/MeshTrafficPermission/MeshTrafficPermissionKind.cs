using Mesh.Model.Resources;
using Mesh.Policies.Core;

namespace Mesh.Policies.MeshTrafficPermission;

/// <summary>The kind MeshTrafficPermission.</summary>
[PolicyKind]
public static class MeshTrafficPermissionKind
{
    /// <summary>Value of <c>type:</c>.</summary>
    public const string Name = "MeshTrafficPermission";

    /// <summary>The kind.</summary>
    public static ResourceDescriptor Resource { get; } = new()
    {
        Kind = Name,
        Path = "meshtrafficpermissions",
        CliName = "meshtrafficpermission",
        ShortName = "mtp",
        Scope = ResourceScope.Mesh,
        SingularDisplayName = "Mesh Traffic Permission",
        PluralDisplayName = "Mesh Traffic Permissions",
        SpecType = typeof(MeshTrafficPermissionSpec),
        Sync = SyncDirections.GlobalToZones | SyncDirections.ZoneToGlobal | SyncDirections.SyncedAcrossZones,
        Validate = MeshTrafficPermissionValidator.Validate,
        Advise = MeshTrafficPermissionValidator.Advise,
        Policy = new PolicyTraits { Order = 1100, HasRules = true },
    };
}
