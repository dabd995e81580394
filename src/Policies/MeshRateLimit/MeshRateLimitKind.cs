using Mesh.Model.Resources;
using Mesh.Policies.Core;

namespace Mesh.Policies.MeshRateLimit;

/// <summary>The kind MeshRateLimit.</summary>
[PolicyKind]
public static class MeshRateLimitKind
{
    /// <summary>Value of <c>type:</c>.</summary>
    public const string Name = "MeshRateLimit";

    /// <summary>The kind.</summary>
    public static ResourceDescriptor Resource { get; } = new()
    {
        Kind = Name,
        Path = "meshratelimits",
        CliName = "meshratelimit",
        ShortName = "mrl",
        Scope = ResourceScope.Mesh,
        SingularDisplayName = "Mesh Rate Limit",
        PluralDisplayName = "Mesh Rate Limits",
        SpecType = typeof(MeshRateLimitSpec),
        Sync = SyncDirections.GlobalToZones | SyncDirections.ZoneToGlobal | SyncDirections.SyncedAcrossZones,
        Validate = MeshRateLimitValidator.Validate,
        Policy = new PolicyTraits { Order = 900, HasTo = true, HasRules = true },
    };
}
