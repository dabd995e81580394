using System.Net;

namespace Mesh.Sidecar;

/// <summary>How a sidecar runs (contract §5.1: kuma-dp's flags and variables).</summary>
public sealed record SidecarOptions
{
    /// <summary>Where the control plane serves bootstraps. Default <c>https://localhost:5678</c>.</summary>
    public Uri ControlPlane { get; init; } = new("https://localhost:5678");

    /// <summary>
    /// PEM of the CAs that may have signed the control plane's certificate. Empty: the machine's own CAs. They are also followed when the control plane's
    /// certificate is no longer of the CA that its bootstrap named.
    /// </summary>
    public string CaCert { get; init; } = "";

    /// <summary>
    /// Do not verify the control plane's certificate when asking for the bootstrap, nor when it is no longer of the CA that the bootstrap named. Default false.
    /// </summary>
    public bool SkipVerify { get; init; }

    /// <summary>Time between two bootstrap requests. Default 3 s.</summary>
    public TimeSpan RetryBackoff { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long to go on asking. Default 5 min.</summary>
    public TimeSpan RetryMaxDuration { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Mesh, where there is no Dataplane resource to name it.</summary>
    public string Mesh { get; init; } = "";

    /// <summary>Name, where there is no Dataplane resource to name it.</summary>
    public string Name { get; init; } = "";

    /// <summary>The Dataplane as YAML or JSON with <c>{{ variables }}</c>. Empty: the control plane knows it.</summary>
    public string Dataplane { get; init; } = "";

    /// <summary>Values of the variables in <see cref="Dataplane"/>.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Token. Never logged.</summary>
    public string Token { get; init; } = "";

    /// <summary>File of the token; read when <see cref="Token"/> is empty, and named to the control plane.</summary>
    public string TokenFile { get; init; } = "";

    /// <summary>Envoy: a path, or a name that is looked for on PATH. Default <c>envoy</c>.</summary>
    public string EnvoyPath { get; init; } = "envoy";

    /// <summary>Folders in which <see cref="EnvoyPath"/> is looked for. Default: the variable PATH.</summary>
    public string SearchPath { get; init; } = Environment.GetEnvironmentVariable("PATH") ?? "";

    /// <summary>Folder for the bootstrap and the sockets. Empty: one under the state folder, or a new temporary one; removed at the end.</summary>
    public string WorkDir { get; init; } = "";

    /// <summary>Where the configuration is kept for a start without the control plane. Default: on disk.</summary>
    public KeepConfiguration KeepConfiguration { get; init; } = KeepConfiguration.Disk;

    /// <summary>
    /// Folder in which proxies keep their configuration, each in one of its own. Empty: <c>STATE_DIRECTORY</c>,
    /// <c>/var/lib/mesh/proxies</c> for root, <c>~/.local/state/mesh/proxies</c> for others.
    /// </summary>
    public string StateDir { get; init; } = "";

    /// <summary>Envoy's worker threads. 0: as many as Envoy thinks fit.</summary>
    public uint Concurrency { get; init; }

    /// <summary>How long connections may go on after a stop was asked for. Default 30 s.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Answer DNS questions for names of the mesh. Default true.</summary>
    public bool DnsEnabled { get; init; } = true;

    /// <summary>Port of the DNS server. Default 15053; 0: any free one.</summary>
    public ushort DnsPort { get; init; } = 15053;

    /// <summary>Name servers for names that are not of the mesh. Null: those of <c>/etc/resolv.conf</c>.</summary>
    public IReadOnlyList<IPEndPoint>? NameServers { get; init; }

    /// <summary>How often the names are asked for. Default 1 s.</summary>
    public TimeSpan DynamicConfigInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Port of the readiness reporter. Default 9902; 0: any free one.</summary>
    public ushort ReadinessPort { get; init; } = 9902;

    /// <summary>How traffic is redirected to Envoy. Null: it is not.</summary>
    public TransparentProxyOptions? TransparentProxy { get; init; }

    /// <summary>Every service gets a listener on a loopback address instead of redirected traffic. Default false.</summary>
    public bool BindOutbounds { get; init; }

    /// <summary>Envoy's log level. Default <c>info</c>.</summary>
    public string EnvoyLogLevel { get; init; } = "info";

    /// <summary>Envoy's log levels by component, e.g. <c>upstream:debug,config:trace</c>.</summary>
    public string EnvoyComponentLogLevel { get; init; } = "";

    /// <summary>Certificate of the metrics endpoint.</summary>
    public string MetricsCertPath { get; init; } = "";

    /// <summary>Key of the metrics endpoint.</summary>
    public string MetricsKeyPath { get; init; } = "";

    /// <summary>File with the machine's CA certificates. Empty: looked for at the usual places.</summary>
    public string SystemCaPath { get; init; } = "";

    /// <summary>Socket of a SPIRE agent. Empty: none.</summary>
    public string SpireSocketPath { get; init; } = "";
}
