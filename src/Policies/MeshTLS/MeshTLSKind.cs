using Mesh.Model.Resources;
using Mesh.Policies.Core;

namespace Mesh.Policies.MeshTLS;

/// <summary>The kind MeshTLS.</summary>
[PolicyKind]
public static class MeshTLSKind
{
    /// <summary>Value of <c>type:</c>.</summary>
    public const string Name = "MeshTLS";

    /// <summary>The kind.</summary>
    public static ResourceDescriptor Resource { get; } = new()
    {
        Kind = Name,
        Path = "meshtlses",
        CliName = "meshtls",
        ShortName = "mtls",
        Scope = ResourceScope.Mesh,
        SingularDisplayName = "Mesh TLS",
        PluralDisplayName = "Mesh TLSes",
        SpecType = typeof(MeshTLSSpec),
        Sync = SyncDirections.GlobalToZones | SyncDirections.ZoneToGlobal | SyncDirections.SyncedAcrossZones,
        Validate = MeshTLSValidator.Validate,
        Advise = MeshTLSValidator.Advise,
        Policy = new PolicyTraits { Order = 300, HasRules = true },
    };
}
