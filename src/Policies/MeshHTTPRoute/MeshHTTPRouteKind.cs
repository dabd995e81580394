using Mesh.Model.Resources;
using Mesh.Policies.Core;

namespace Mesh.Policies.MeshHTTPRoute;

/// <summary>The kind MeshHTTPRoute.</summary>
[PolicyKind]
public static class MeshHTTPRouteKind
{
    /// <summary>Value of <c>type:</c>.</summary>
    public const string Name = "MeshHTTPRoute";

    /// <summary>The kind.</summary>
    public static ResourceDescriptor Resource { get; } = new()
    {
        Kind = Name,
        Path = "meshhttproutes",
        CliName = "meshhttproute",
        ShortName = "mhttpr",
        Scope = ResourceScope.Mesh,
        SingularDisplayName = "Mesh HTTP Route",
        PluralDisplayName = "Mesh HTTP Routes",
        SpecType = typeof(MeshHTTPRouteSpec),
        Sync = SyncDirections.GlobalToZones | SyncDirections.ZoneToGlobal | SyncDirections.SyncedAcrossZones,
        Validate = MeshHTTPRouteValidator.Validate,
        Advise = MeshHTTPRouteValidator.Advise,
        Policy = new PolicyTraits { Order = 100, HasTo = true, IsRoute = true },
    };
}
