using Mesh.Model.Resources;

namespace Mesh.Model.Kinds;

/// <summary>A service outside the mesh.</summary>
public static class MeshExternalServiceKind
{
    /// <summary>Value of <c>type:</c>.</summary>
    public const string Name = "MeshExternalService";

    /// <summary>The kind.</summary>
    public static ResourceDescriptor Resource { get; } = new()
    {
        Kind = Name,
        Path = "meshexternalservices",
        CliName = "meshexternalservice",
        ShortName = "extsvc",
        Scope = ResourceScope.Mesh,
        SingularDisplayName = "Mesh External Service",
        PluralDisplayName = "Mesh External Services",
        SpecType = typeof(MeshExternalServiceSpec),
        StatusType = typeof(MeshExternalServiceStatus),
        Sync = SyncDirections.GlobalToZones | SyncDirections.ZoneToGlobal,
        Validate = MeshExternalServiceValidator.Validate,
    };
}
