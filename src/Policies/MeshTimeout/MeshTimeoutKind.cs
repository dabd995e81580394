using Mesh.Model.Resources;
using Mesh.Policies.Core;

namespace Mesh.Policies.MeshTimeout;

/// <summary>The kind MeshTimeout.</summary>
[PolicyKind]
public static class MeshTimeoutKind
{
    /// <summary>Value of <c>type:</c>.</summary>
    public const string Name = "MeshTimeout";

    /// <summary>The kind.</summary>
    public static ResourceDescriptor Resource { get; } = new()
    {
        Kind = Name,
        Path = "meshtimeouts",
        CliName = "meshtimeout",
        ShortName = "mt",
        Scope = ResourceScope.Mesh,
        SingularDisplayName = "Mesh Timeout",
        PluralDisplayName = "Mesh Timeouts",
        SpecType = typeof(MeshTimeoutSpec),
        Sync = SyncDirections.GlobalToZones | SyncDirections.ZoneToGlobal | SyncDirections.SyncedAcrossZones,
        Validate = MeshTimeoutValidator.Validate,
        Policy = new PolicyTraits { Order = 1000, HasTo = true, HasRules = true },
        MeshDefaults = MeshTimeoutDefaults.For,
    };
}
