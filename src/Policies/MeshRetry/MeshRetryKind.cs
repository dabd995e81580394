using Mesh.Model.Resources;
using Mesh.Policies.Core;

namespace Mesh.Policies.MeshRetry;

/// <summary>The kind MeshRetry.</summary>
[PolicyKind]
public static class MeshRetryKind
{
    /// <summary>Value of <c>type:</c>.</summary>
    public const string Name = "MeshRetry";

    /// <summary>The kind.</summary>
    public static ResourceDescriptor Resource { get; } = new()
    {
        Kind = Name,
        Path = "meshretries",
        CliName = "meshretry",
        ShortName = "mr",
        Scope = ResourceScope.Mesh,
        SingularDisplayName = "Mesh Retry",
        PluralDisplayName = "Mesh Retries",
        SpecType = typeof(MeshRetrySpec),
        Sync = SyncDirections.GlobalToZones | SyncDirections.ZoneToGlobal | SyncDirections.SyncedAcrossZones,
        Validate = MeshRetryValidator.Validate,
        Policy = new PolicyTraits { Order = 1400, HasTo = true },
        MeshDefaults = MeshRetryDefaults.For,
    };
}
