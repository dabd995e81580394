using Mesh.Model.Resources;

namespace Mesh.Model.Kinds;

/// <summary>What was seen of a zone.</summary>
public static class ZoneInsightKind
{
    /// <summary>Value of <c>type:</c>.</summary>
    public const string Name = "ZoneInsight";

    /// <summary>The kind.</summary>
    public static ResourceDescriptor Resource { get; } = new()
    {
        Kind = Name,
        Path = "zone-insights",
        CliName = "zone-insight",
        Scope = ResourceScope.Global,
        SingularDisplayName = "Zone Insight",
        PluralDisplayName = "Zone Insights",
        IsFlat = true,
        IsReadOnly = true,
        SpecType = typeof(ZoneInsightSpec),
        Sync = SyncDirections.None,
    };
}
