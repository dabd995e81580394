namespace Mesh.Server.Settings;

/// <summary><c>diagnostics</c>: health, readiness and metrics of this process.</summary>
public sealed record DiagnosticsSettings
{
    /// <summary>Address to listen on. Default all.</summary>
    public string Interface { get; init; } = "0.0.0.0";

    /// <summary>Port; 0: any free one. Default 5680.</summary>
    public int ServerPort { get; init; } = 5680;
}
