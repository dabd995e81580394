using Mesh.Model.Resources;

namespace Mesh.Model.Kinds;

/// <summary>A service across zones.</summary>
public static class MeshMultiZoneServiceKind
{
    /// <summary>Value of <c>type:</c>.</summary>
    public const string Name = "MeshMultiZoneService";

    /// <summary>The kind.</summary>
    public static ResourceDescriptor Resource { get; } = new()
    {
        Kind = Name,
        Path = "meshmultizoneservices",
        CliName = "meshmultizoneservice",
        ShortName = "mzsvc",
        Scope = ResourceScope.Mesh,
        SingularDisplayName = "Mesh Multi Zone Service",
        PluralDisplayName = "Mesh Multi Zone Services",
        SpecType = typeof(MeshMultiZoneServiceSpec),
        StatusType = typeof(MeshMultiZoneServiceStatus),
        Sync = SyncDirections.GlobalToZones,
        Validate = MeshMultiZoneServiceValidator.Validate,
    };
}
