using Mesh.Model.Resources;

namespace Mesh.Model.Kinds;

/// <summary>A value that control planes keep for themselves.</summary>
public static class ConfigKind
{
    /// <summary>Value of <c>type:</c>.</summary>
    public const string Name = "Config";

    /// <summary>The kind.</summary>
    public static ResourceDescriptor Resource { get; } = new()
    {
        Kind = Name,
        Path = "",
        CliName = "config",
        Scope = ResourceScope.Global,
        SingularDisplayName = "Config",
        PluralDisplayName = "Configs",
        IsFlat = true,
        IsAdminOnly = true,
        SpecType = typeof(ConfigSpec),
        Sync = SyncDirections.GlobalToZones,
    };
}
