using System.Text.Json.Nodes;
using Mesh.Sidecar.Envoys;

namespace Mesh.Sidecar.Bootstrapping;

/// <summary>The request for a bootstrap (contract §5.2).</summary>
internal static class BootstrapRequestBody
{
    private static readonly string[] _systemCaFiles =
    [
        "/etc/ssl/certs/ca-certificates.crt",
        "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/ssl/ca-bundle.pem",
        "/etc/pki/tls/cacert.pem",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
        "/etc/ssl/cert.pem",
    ];

    public static JsonObject Build(SidecarOptions options, SidecarFacts facts) => new()
    {
        ["mesh"] = facts.Mesh,
        ["name"] = facts.Name,
        ["proxyType"] = "dataplane",
        ["dataplaneToken"] = facts.Token,
        ["dataplaneTokenPath"] = options.TokenFile.Length == 0 ? "" : Path.GetFullPath(options.TokenFile),
        ["dataplaneResource"] = facts.DataplaneText,
        ["version"] = Version(facts.EnvoyVersion),
        ["caCert"] = options.CaCert,
        ["dynamicMetadata"] = new JsonObject(),
        ["dnsPort"] = facts.DnsPort,
        ["readinessPort"] = facts.ReadinessPort,
        ["operatingSystem"] = OperatingSystem(),
        ["features"] = new JsonArray([.. Features(options).Select(feature => JsonValue.Create(feature))]),
        ["resources"] = new JsonObject { ["maxHeapSizeBytes"] = 0 },
        ["workdir"] = facts.WorkDir,
        ["metricsResources"] = new JsonObject { ["certPath"] = options.MetricsCertPath, ["keyPath"] = options.MetricsKeyPath },
        ["systemCaPath"] = options.SystemCaPath.Length > 0 ? options.SystemCaPath : Array.Find(_systemCaFiles, File.Exists) ?? "",
        ["dataplaneConfig"] = options.TransparentProxy?.ToJson(facts.DnsPort),
        ["ipv6Enabled"] = System.Net.Sockets.Socket.OSSupportsIPv6,
        ["spireResources"] = new JsonObject { ["socketPath"] = options.SpireSocketPath },
    };

    /// <summary>What this sidecar can do, in the contract's words. What it cannot, it does not claim.</summary>
    private static IEnumerable<string> Features(SidecarOptions options)
    {
        yield return "feature-strict-inbound-ports";
        if (System.OperatingSystem.IsLinux())
        {
            yield return "feature-reuse-port";
        }

        if (options.TransparentProxy is not null)
        {
            yield return "feature-transparent-proxy-in-dataplane-metadata";
        }

        if (options.BindOutbounds)
        {
            yield return "feature-bind-outbounds";
        }

        if (options.SpireSocketPath.Length > 0)
        {
            yield return "feature-spire";
        }
    }

    private static JsonObject Version(EnvoyVersion envoy) => new()
    {
        ["kumaDp"] = new JsonObject
        {
            ["version"] = typeof(BootstrapRequestBody).Assembly.GetName().Version?.ToString(3) ?? "0.0.0",
            ["gitTag"] = "unknown",
            ["gitCommit"] = "unknown",
            ["buildDate"] = "unknown",
        },
        ["envoy"] = new JsonObject
        {
            ["version"] = envoy.Version,
            ["build"] = envoy.Build,
            ["kumaDpCompatible"] = envoy.IsCompatible,
        },
    };

    private static string OperatingSystem() =>
        System.OperatingSystem.IsLinux() ? "linux" : System.OperatingSystem.IsMacOS() ? "darwin" : "windows";
}
