using Mesh.Server.Settings;

namespace Mesh.Server.Bootstrap;

/// <summary>What the control plane's settings say about bootstraps (<c>bootstrapServer.params</c>, <c>dpServer</c>).</summary>
public sealed record BootstrapParameters
{
    /// <summary>Address of Envoy's admin endpoint where it has no socket. Default 127.0.0.1.</summary>
    public string AdminAddress { get; init; } = "127.0.0.1";

    /// <summary>Port of Envoy's admin endpoint, unless the Dataplane names one. Default 9901; 0: none.</summary>
    public uint AdminPort { get; init; } = 9901;

    /// <summary>Where the admin endpoint logs. Default /dev/null.</summary>
    public string AdminAccessLogPath { get; init; } = "/dev/null";

    /// <summary>Serve the admin endpoint on a Unix socket where the proxy names a work folder. Default true.</summary>
    public bool AdminUnixSocket { get; init; } = true;

    /// <summary>Host under which proxies reach the control plane. Empty (default): the host that the request names.</summary>
    public string XdsHost { get; init; } = "";

    /// <summary>Port under which proxies reach the control plane. 0 (default): the port that the request came to.</summary>
    public int XdsPort { get; init; }

    /// <summary>How long Envoy waits for a connection to the control plane. Default 1 s.</summary>
    public TimeSpan XdsConnectTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest message in bytes that an Envoy with reloadable tokens accepts. Default 4 MiB.</summary>
    public long XdsMaxReceiveMessageBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Whether Envoys are asked to check health. Default true.</summary>
    public bool HdsEnabled { get; init; } = true;

    /// <summary>Envoy reads its token from its file and notices changes. Default false.</summary>
    public bool ReloadableTokens { get; init; }

    /// <summary>Certificate chain of the port that proxies connect to, PEM. Empty: the port has no TLS.</summary>
    public string CertificateChainPem { get; init; } = "";

    /// <summary>What the settings say.</summary>
    /// <param name="settings">Valid settings.</param>
    /// <param name="certificateChainPem">Certificate chain of the port that proxies connect to, PEM; empty where it has no TLS.</param>
    public static BootstrapParameters From(ControlPlaneSettings settings, string certificateChainPem)
    {
        var given = settings.BootstrapServer.Params;
        return new BootstrapParameters
        {
            AdminAddress = given.AdminAddress,
            AdminPort = (uint)given.AdminPort,
            AdminAccessLogPath = given.AdminAccessLogPath,
            AdminUnixSocket = given.EnvoyAdminUnixSocket,
            XdsHost = given.XdsHost,
            XdsPort = given.XdsPort,
            XdsConnectTimeout = given.XdsConnectTimeout,
            XdsMaxReceiveMessageBytes = given.XdsGrpcMaxReceiveMessageBytes,
            HdsEnabled = settings.DpServer.Hds.Enabled,
            ReloadableTokens = settings.DpServer.Authn.EnableReloadableTokens,
            CertificateChainPem = certificateChainPem,
        };
    }
}
