using Mesh.Model.Resources;
using Mesh.Policies.Core;

namespace Mesh.Policies.MeshFaultInjection;

/// <summary>The kind MeshFaultInjection.</summary>
[PolicyKind]
public static class MeshFaultInjectionKind
{
    /// <summary>Value of <c>type:</c>.</summary>
    public const string Name = "MeshFaultInjection";

    /// <summary>The kind.</summary>
    public static ResourceDescriptor Resource { get; } = new()
    {
        Kind = Name,
        Path = "meshfaultinjections",
        CliName = "meshfaultinjection",
        ShortName = "mfi",
        Scope = ResourceScope.Mesh,
        SingularDisplayName = "Mesh Fault Injection",
        PluralDisplayName = "Mesh Fault Injections",
        SpecType = typeof(MeshFaultInjectionSpec),
        Sync = SyncDirections.GlobalToZones | SyncDirections.ZoneToGlobal | SyncDirections.SyncedAcrossZones,
        Validate = MeshFaultInjectionValidator.Validate,
        Policy = new PolicyTraits { Order = 800, HasTo = true, HasRules = true },
    };
}
