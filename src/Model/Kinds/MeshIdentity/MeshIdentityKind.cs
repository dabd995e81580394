using Mesh.Model.Resources;

namespace Mesh.Model.Kinds;

/// <summary>Identities of proxies.</summary>
public static class MeshIdentityKind
{
    /// <summary>Value of <c>type:</c>.</summary>
    public const string Name = "MeshIdentity";

    /// <summary>The kind.</summary>
    public static ResourceDescriptor Resource { get; } = new()
    {
        Kind = Name,
        Path = "meshidentities",
        CliName = "meshidentity",
        ShortName = "mid",
        Scope = ResourceScope.Mesh,
        SingularDisplayName = "Mesh Identity",
        PluralDisplayName = "Mesh Identities",
        SpecType = typeof(MeshIdentitySpec),
        StatusType = typeof(ConditionsStatus),
        Sync = SyncDirections.GlobalToZones | SyncDirections.ZoneToGlobal,
        Validate = MeshIdentityValidator.Validate,
        Advise = MeshIdentityValidator.Advise,
    };
}
