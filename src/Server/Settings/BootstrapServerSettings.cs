namespace Mesh.Server.Settings;

/// <summary><c>bootstrapServer</c>: what an Envoy's bootstrap says.</summary>
public sealed record BootstrapServerSettings
{
    /// <summary>Values of the bootstrap.</summary>
    public ParamsSettings Params { get; init; } = new();

    /// <summary><c>bootstrapServer.params</c>.</summary>
    public sealed record ParamsSettings
    {
        /// <summary>Address of Envoy's admin port. Default 127.0.0.1.</summary>
        public string AdminAddress { get; init; } = "127.0.0.1";

        /// <summary>Envoy's admin port. Default 9901.</summary>
        public int AdminPort { get; init; } = 9901;

        /// <summary>Envoy's admin listens on a Unix socket where the proxy has a work folder. Default true.</summary>
        public bool EnvoyAdminUnixSocket { get; init; } = true;

        /// <summary>Port of the readiness reporter. Default 9902.</summary>
        public int ReadinessPort { get; init; } = 9902;

        /// <summary>Where the admin port logs its requests. Default /dev/null.</summary>
        public string AdminAccessLogPath { get; init; } = "/dev/null";

        /// <summary>Host under which proxies reach us; empty: the host of their bootstrap request.</summary>
        public string XdsHost { get; init; } = "";

        /// <summary>Port under which proxies reach us; 0: <c>dpServer.port</c>.</summary>
        public int XdsPort { get; init; }

        /// <summary>How long Envoy waits for a connection to us. Default 1 s.</summary>
        public TimeSpan XdsConnectTimeout { get; init; } = TimeSpan.FromSeconds(1);

        /// <summary>Largest message that Envoy accepts from us, in bytes. Default 4 MiB.</summary>
        public int XdsGrpcMaxReceiveMessageBytes { get; init; } = 4 << 20;
    }
}
