using Mesh.Model.Resources;

namespace Mesh.Model.Kinds;

/// <summary>A mesh.</summary>
public static class MeshKind
{
    /// <summary>Value of <c>type:</c>.</summary>
    public const string Name = "Mesh";

    /// <summary>The kind.</summary>
    public static ResourceDescriptor Resource { get; } = new()
    {
        Kind = Name,
        Path = "meshes",
        CliName = "mesh",
        ShortName = "m",
        Scope = ResourceScope.Global,
        SingularDisplayName = "Mesh",
        PluralDisplayName = "Meshes",
        IsFlat = true,
        SpecType = typeof(MeshSpec),
        Sync = SyncDirections.GlobalToZones,
        InsightKind = "MeshInsight",
        Validate = MeshValidator.Validate,
    };
}
