using Mesh.Model.Resources;

namespace Mesh.Model.Kinds;

/// <summary>Where other zones reach this one.</summary>
public static class MeshZoneAddressKind
{
    /// <summary>Value of <c>type:</c>.</summary>
    public const string Name = "MeshZoneAddress";

    /// <summary>The kind.</summary>
    public static ResourceDescriptor Resource { get; } = new()
    {
        Kind = Name,
        Path = "meshzoneaddresses",
        CliName = "meshzoneaddress",
        ShortName = "mza",
        Scope = ResourceScope.Mesh,
        SingularDisplayName = "Mesh Zone Address",
        PluralDisplayName = "Mesh Zone Addresses",
        SpecType = typeof(MeshZoneAddressSpec),
        Sync = SyncDirections.ZoneToGlobal | SyncDirections.SyncedAcrossZones,
        Validate = MeshZoneAddressValidator.Validate,
    };
}
