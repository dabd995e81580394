using Mesh.Model.Resources;

namespace Mesh.Model.Kinds;

/// <summary>Makes host names of services.</summary>
public static class HostnameGeneratorKind
{
    /// <summary>Value of <c>type:</c>.</summary>
    public const string Name = "HostnameGenerator";

    /// <summary>The kind.</summary>
    public static ResourceDescriptor Resource { get; } = new()
    {
        Kind = Name,
        Path = "hostnamegenerators",
        CliName = "hostnamegenerator",
        ShortName = "hg",
        Scope = ResourceScope.Global,
        SingularDisplayName = "Hostname Generator",
        PluralDisplayName = "Hostname Generators",
        SpecType = typeof(HostnameGeneratorSpec),
        Sync = SyncDirections.GlobalToZones | SyncDirections.ZoneToGlobal,
        Validate = HostnameGeneratorValidator.Validate,
    };
}
