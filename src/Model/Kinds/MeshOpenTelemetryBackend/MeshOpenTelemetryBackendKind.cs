using Mesh.Model.Resources;

namespace Mesh.Model.Kinds;

/// <summary>A collector of OpenTelemetry data.</summary>
public static class MeshOpenTelemetryBackendKind
{
    /// <summary>Value of <c>type:</c>.</summary>
    public const string Name = "MeshOpenTelemetryBackend";

    /// <summary>The kind.</summary>
    public static ResourceDescriptor Resource { get; } = new()
    {
        Kind = Name,
        Path = "meshopentelemetrybackends",
        CliName = "meshopentelemetrybackend",
        ShortName = "motb",
        Scope = ResourceScope.Mesh,
        SingularDisplayName = "Mesh OpenTelemetry Backend",
        PluralDisplayName = "Mesh OpenTelemetry Backends",
        SpecType = typeof(MeshOpenTelemetryBackendSpec),
        StatusType = typeof(ConditionsStatus),
        Sync = SyncDirections.GlobalToZones | SyncDirections.ZoneToGlobal,
        Validate = MeshOpenTelemetryBackendValidator.Validate,
    };
}
