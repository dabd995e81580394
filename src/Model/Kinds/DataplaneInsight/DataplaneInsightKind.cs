using Mesh.Model.Resources;

namespace Mesh.Model.Kinds;

/// <summary>What was seen of a proxy.</summary>
public static class DataplaneInsightKind
{
    /// <summary>Value of <c>type:</c>.</summary>
    public const string Name = "DataplaneInsight";

    /// <summary>The kind.</summary>
    public static ResourceDescriptor Resource { get; } = new()
    {
        Kind = Name,
        Path = "dataplane-insights",
        CliName = "dataplane-insight",
        Scope = ResourceScope.Mesh,
        SingularDisplayName = "Dataplane Insight",
        PluralDisplayName = "Dataplane Insights",
        IsFlat = true,
        IsReadOnly = true,
        SpecType = typeof(DataplaneInsightSpec),
        Sync = SyncDirections.ZoneToGlobal,
    };
}
