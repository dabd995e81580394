using Mesh.Model.Resources;

namespace Mesh.Model.Kinds;

/// <summary>Counts of a mesh.</summary>
public static class MeshInsightKind
{
    /// <summary>Value of <c>type:</c>.</summary>
    public const string Name = "MeshInsight";

    /// <summary>The kind.</summary>
    public static ResourceDescriptor Resource { get; } = new()
    {
        Kind = Name,
        Path = "mesh-insights",
        CliName = "mesh-insight",
        Scope = ResourceScope.Global,
        SingularDisplayName = "Mesh Insight",
        PluralDisplayName = "Mesh Insights",
        IsFlat = true,
        IsReadOnly = true,
        SpecType = typeof(MeshInsightSpec),
        Sync = SyncDirections.ProvidedByGlobal,
    };
}
