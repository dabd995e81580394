using Mesh.Model.Resources;

namespace Mesh.Model.Kinds;

/// <summary>A service of one zone.</summary>
public static class MeshServiceKind
{
    /// <summary>Value of <c>type:</c>.</summary>
    public const string Name = "MeshService";

    /// <summary>The kind.</summary>
    public static ResourceDescriptor Resource { get; } = new()
    {
        Kind = Name,
        Path = "meshservices",
        CliName = "meshservice",
        ShortName = "msvc",
        Scope = ResourceScope.Mesh,
        SingularDisplayName = "Mesh Service",
        PluralDisplayName = "Mesh Services",
        SpecType = typeof(MeshServiceSpec),
        StatusType = typeof(MeshServiceStatus),
        Sync = SyncDirections.ZoneToGlobal | SyncDirections.SyncedAcrossZones,
        Validate = MeshServiceValidator.Validate,
        Advise = MeshServiceValidator.Advise,
    };
}
