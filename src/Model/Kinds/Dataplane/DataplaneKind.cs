using Mesh.Model.Resources;

namespace Mesh.Model.Kinds;

/// <summary>A proxy.</summary>
public static class DataplaneKind
{
    /// <summary>Value of <c>type:</c>.</summary>
    public const string Name = "Dataplane";

    /// <summary>The kind.</summary>
    public static ResourceDescriptor Resource { get; } = new()
    {
        Kind = Name,
        Path = "dataplanes",
        CliName = "dataplane",
        ShortName = "dp",
        Scope = ResourceScope.Mesh,
        SingularDisplayName = "Dataplane",
        PluralDisplayName = "Dataplanes",
        IsFlat = true,
        SpecType = typeof(DataplaneSpec),
        Sync = SyncDirections.ZoneToGlobal,
        InsightKind = "DataplaneInsight",
        Validate = DataplaneValidator.Validate,
        Advise = DataplaneValidator.Advise,
    };
}
