using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Policies.Core;

namespace Mesh.Policies.MeshTrace;

/// <summary>The kind MeshTrace.</summary>
[PolicyKind]
public static class MeshTraceKind
{
    /// <summary>Value of <c>type:</c>.</summary>
    public const string Name = "MeshTrace";

    /// <summary>The kind.</summary>
    public static ResourceDescriptor Resource { get; } = new()
    {
        Kind = Name,
        Path = "meshtraces",
        CliName = "meshtrace",
        ShortName = "mtr",
        Scope = ResourceScope.Mesh,
        SingularDisplayName = "Mesh Trace",
        PluralDisplayName = "Mesh Traces",
        SpecType = typeof(MeshTraceSpec),
        StatusType = typeof(ConditionsStatus),
        Sync = SyncDirections.GlobalToZones | SyncDirections.ZoneToGlobal | SyncDirections.SyncedAcrossZones,
        Validate = MeshTraceValidator.Validate,
        Policy = new PolicyTraits { Order = 700 },
    };
}
