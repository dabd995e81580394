using Mesh.Model.Resources;
using Mesh.Policies.Core;

namespace Mesh.Policies.MeshProxyPatch;

/// <summary>The kind MeshProxyPatch.</summary>
[PolicyKind]
public static class MeshProxyPatchKind
{
    /// <summary>Value of <c>type:</c>.</summary>
    public const string Name = "MeshProxyPatch";

    /// <summary>The kind.</summary>
    public static ResourceDescriptor Resource { get; } = new()
    {
        Kind = Name,
        Path = "meshproxypatches",
        CliName = "meshproxypatch",
        ShortName = "mpp",
        Scope = ResourceScope.Mesh,
        SingularDisplayName = "Mesh Proxy Patch",
        PluralDisplayName = "Mesh Proxy Patches",
        SpecType = typeof(MeshProxyPatchSpec),
        Sync = SyncDirections.GlobalToZones | SyncDirections.ZoneToGlobal | SyncDirections.SyncedAcrossZones,
        Validate = MeshProxyPatchValidator.Validate,
        Policy = new PolicyTraits { Order = 9999 },
    };
}
