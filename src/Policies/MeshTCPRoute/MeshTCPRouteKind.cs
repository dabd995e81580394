using Mesh.Model.Resources;
using Mesh.Policies.Core;

namespace Mesh.Policies.MeshTCPRoute;

/// <summary>The kind MeshTCPRoute.</summary>
[PolicyKind]
public static class MeshTCPRouteKind
{
    /// <summary>Value of <c>type:</c>.</summary>
    public const string Name = "MeshTCPRoute";

    /// <summary>The kind.</summary>
    public static ResourceDescriptor Resource { get; } = new()
    {
        Kind = Name,
        Path = "meshtcproutes",
        CliName = "meshtcproute",
        ShortName = "mtcpr",
        Scope = ResourceScope.Mesh,
        SingularDisplayName = "Mesh TCP Route",
        PluralDisplayName = "Mesh TCP Routes",
        SpecType = typeof(MeshTCPRouteSpec),
        Sync = SyncDirections.GlobalToZones | SyncDirections.ZoneToGlobal | SyncDirections.SyncedAcrossZones,
        Validate = MeshTCPRouteValidator.Validate,
        Policy = new PolicyTraits { Order = 200, HasTo = true, IsRoute = true },
    };
}
