using Mesh.Model.Resources;

namespace Mesh.Model.Kinds;

/// <summary>A zone.</summary>
public static class ZoneKind
{
    /// <summary>Value of <c>type:</c>.</summary>
    public const string Name = "Zone";

    /// <summary>The kind.</summary>
    public static ResourceDescriptor Resource { get; } = new()
    {
        Kind = Name,
        Path = "zones",
        CliName = "zone",
        ShortName = "z",
        Scope = ResourceScope.Global,
        SingularDisplayName = "Zone",
        PluralDisplayName = "Zones",
        IsFlat = true,
        SpecType = typeof(ZoneSpec),
        Sync = SyncDirections.ProvidedByZone | SyncDirections.ProvidedByGlobal,
        InsightKind = "ZoneInsight",
        Validate = ZoneValidator.Validate,
    };
}
