using Mesh.Model.Resources;

namespace Mesh.Model.Kinds;

/// <summary>Authorities that a mesh trusts.</summary>
public static class MeshTrustKind
{
    /// <summary>Value of <c>type:</c>.</summary>
    public const string Name = "MeshTrust";

    /// <summary>The kind.</summary>
    public static ResourceDescriptor Resource { get; } = new()
    {
        Kind = Name,
        Path = "meshtrusts",
        CliName = "meshtrust",
        ShortName = "mtrust",
        Scope = ResourceScope.Mesh,
        SingularDisplayName = "Mesh Trust",
        PluralDisplayName = "Mesh Trusts",
        SpecType = typeof(MeshTrustSpec),
        StatusType = typeof(MeshTrustStatus),
        Sync = SyncDirections.GlobalToZones | SyncDirections.ZoneToGlobal,
        Validate = MeshTrustValidator.Validate,
    };
}
