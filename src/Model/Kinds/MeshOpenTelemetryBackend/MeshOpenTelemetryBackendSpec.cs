using Mesh.Model.Schema;

namespace Mesh.Model.Kinds;

/// <summary>A collector of OpenTelemetry data (contract §1.8).</summary>
public sealed record MeshOpenTelemetryBackendSpec
{
    /// <summary>Where the collector is.</summary>
    public OpenTelemetryEndpoint? Endpoint { get; init; }

    /// <summary><c>grpc</c> or <c>http</c>.</summary>
    [Values("grpc", "http")]
    public string? Protocol { get; init; }

    /// <summary>What the proxies' environment may decide.</summary>
    public OpenTelemetryEnv? Env { get; init; }
}

/// <summary>Address of a collector.</summary>
public sealed record OpenTelemetryEndpoint
{
    /// <summary>IP address or host name.</summary>
    public string? Address { get; init; }

    /// <summary>Port; default by protocol.</summary>
    public int? Port { get; init; }

    /// <summary>Path in front of the signal's own (http only).</summary>
    public string? Path { get; init; }
}

/// <summary>How environment variables of a proxy take part.</summary>
public sealed record OpenTelemetryEnv
{
    /// <summary><c>Disabled</c>, <c>Optional</c> (default) or <c>Required</c>.</summary>
    [Fallback("Optional")]
    [Values("Disabled", "Optional", "Required")]
    public string? Mode { get; init; }

    /// <summary>Who wins: <c>ExplicitFirst</c> or <c>EnvFirst</c> (default).</summary>
    [Fallback("EnvFirst")]
    [Values("ExplicitFirst", "EnvFirst")]
    public string? Precedence { get; init; }

    /// <summary>Variables of single signals count too. Default true.</summary>
    public bool? AllowSignalOverrides { get; init; }
}
