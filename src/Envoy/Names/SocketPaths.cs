namespace Mesh.Envoy.Names;

/// <summary>
/// Unix sockets in a proxy's work folder (contract §5.3). Control plane and sidecar compute the same path from the same facts.
/// </summary>
public static class SocketPaths
{
    // sun_path holds 108 bytes including the end mark on Linux, 104 on others.
    private const int MaxLengthWithoutSuffix = 98;
    private const string Suffix = ".sock";

    /// <summary>Envoy's admin endpoint.</summary>
    public static string Admin(string workDir) => In(workDir, "kuma-envoy-admin");

    /// <summary>Listener that hands configuration to the sidecar process.</summary>
    public static string DynamicConfig(string workDir) => In(workDir, "kuma-mesh-metric-config");

    /// <summary>The sidecar's access-log streamer.</summary>
    public static string AccessLog(string workDir, string name, string mesh) => In(workDir, $"kuma-al-{name}-{mesh}");

    /// <summary>The sidecar's relay of application metrics.</summary>
    public static string MetricsRelay(string workDir, string name, string mesh) => In(workDir, $"kuma-mh-{name}-{mesh}");

    /// <summary>The sidecar's receiver of OpenTelemetry signals for one backend.</summary>
    public static string OpenTelemetry(string workDir, string backend) => In(workDir, $"kuma-otel-{backend}");

    /// <summary>The sidecar's readiness reporter, where it does not listen on a port.</summary>
    public static string ReadinessReporter(string workDir) => In(workDir, "kuma-readiness-reporter");

    private static string In(string workDir, string name)
    {
        var path = workDir.Length == 0 ? name : $"{workDir.TrimEnd('/')}/{name}";
        return (path.Length > MaxLengthWithoutSuffix ? path[..MaxLengthWithoutSuffix] : path) + Suffix;
    }
}
