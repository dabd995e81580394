using Mesh.Model.Resources;
using Mesh.Policies.Core;

namespace Mesh.Policies.MeshPassthrough;

/// <summary>The kind MeshPassthrough.</summary>
[PolicyKind]
public static class MeshPassthroughKind
{
    /// <summary>Value of <c>type:</c>.</summary>
    public const string Name = "MeshPassthrough";

    /// <summary>The kind.</summary>
    public static ResourceDescriptor Resource { get; } = new()
    {
        Kind = Name,
        Path = "meshpassthroughs",
        CliName = "meshpassthrough",
        ShortName = "mp",
        Scope = ResourceScope.Mesh,
        SingularDisplayName = "Mesh Passthrough",
        PluralDisplayName = "Mesh Passthroughs",
        SpecType = typeof(MeshPassthroughSpec),
        Sync = SyncDirections.GlobalToZones | SyncDirections.ZoneToGlobal | SyncDirections.SyncedAcrossZones,
        Validate = MeshPassthroughValidator.Validate,
        Policy = new PolicyTraits { Order = 500 },
    };
}
