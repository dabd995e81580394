using Mesh.Model.Resources;

namespace Mesh.Model.Kinds;

/// <summary>Never written.</summary>
public static class ServiceInsightKind
{
    /// <summary>Value of <c>type:</c>.</summary>
    public const string Name = "ServiceInsight";

    /// <summary>The kind.</summary>
    public static ResourceDescriptor Resource { get; } = new()
    {
        Kind = Name,
        Path = "service-insights",
        CliName = "service-insight",
        Scope = ResourceScope.Mesh,
        SingularDisplayName = "Service Insight",
        PluralDisplayName = "Service Insights",
        IsFlat = true,
        IsReadOnly = true,
        SpecType = typeof(ServiceInsightSpec),
        Sync = SyncDirections.GlobalToZones,
    };
}
