using Mesh.Model.Resources;
using Mesh.Policies.Core;

namespace Mesh.Policies.MeshLoadBalancingStrategy;

/// <summary>The kind MeshLoadBalancingStrategy.</summary>
[PolicyKind]
public static class MeshLoadBalancingStrategyKind
{
    /// <summary>Value of <c>type:</c>.</summary>
    public const string Name = "MeshLoadBalancingStrategy";

    /// <summary>The kind.</summary>
    public static ResourceDescriptor Resource { get; } = new()
    {
        Kind = Name,
        Path = "meshloadbalancingstrategies",
        CliName = "meshloadbalancingstrategy",
        ShortName = "mlbs",
        Scope = ResourceScope.Mesh,
        SingularDisplayName = "Mesh Load Balancing Strategy",
        PluralDisplayName = "Mesh Load Balancing Strategies",
        SpecType = typeof(MeshLoadBalancingStrategySpec),
        Sync = SyncDirections.GlobalToZones | SyncDirections.ZoneToGlobal | SyncDirections.SyncedAcrossZones,
        Validate = MeshLoadBalancingStrategyValidator.Validate,
        Policy = new PolicyTraits { Order = 400, HasTo = true },
    };
}
