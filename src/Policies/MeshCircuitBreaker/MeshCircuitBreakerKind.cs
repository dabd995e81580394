using Mesh.Model.Resources;
using Mesh.Policies.Core;

namespace Mesh.Policies.MeshCircuitBreaker;

/// <summary>The kind MeshCircuitBreaker.</summary>
[PolicyKind]
public static class MeshCircuitBreakerKind
{
    /// <summary>Value of <c>type:</c>.</summary>
    public const string Name = "MeshCircuitBreaker";

    /// <summary>The kind.</summary>
    public static ResourceDescriptor Resource { get; } = new()
    {
        Kind = Name,
        Path = "meshcircuitbreakers",
        CliName = "meshcircuitbreaker",
        ShortName = "mcb",
        Scope = ResourceScope.Mesh,
        SingularDisplayName = "Mesh Circuit Breaker",
        PluralDisplayName = "Mesh Circuit Breakers",
        SpecType = typeof(MeshCircuitBreakerSpec),
        Sync = SyncDirections.GlobalToZones | SyncDirections.ZoneToGlobal | SyncDirections.SyncedAcrossZones,
        Validate = MeshCircuitBreakerValidator.Validate,
        Policy = new PolicyTraits { Order = 1300, HasTo = true, HasRules = true },
        MeshDefaults = MeshCircuitBreakerDefaults.For,
    };
}
