namespace Mesh.Server.Settings;

/// <summary><c>dpServer</c>: the port of proxies: bootstrap, ADS and HDS.</summary>
public sealed record DpServerSettings
{
    /// <summary>Address to listen on. Default all.</summary>
    public string Interface { get; init; } = "0.0.0.0";

    /// <summary>Port; 0: any free one. Default 5678.</summary>
    public int Port { get; init; } = 5678;

    /// <summary>Certificate of this port; empty: <c>general.tlsCertFile</c>.</summary>
    public string TlsCertFile { get; init; } = "";

    /// <summary>Its key.</summary>
    public string TlsKeyFile { get; init; } = "";

    /// <summary>Serves without TLS: for tests only, everything then travels in clear.</summary>
    public bool PlainText { get; init; }

    /// <summary>How long a stop waits for streams to end. Default 10 s.</summary>
    public TimeSpan GracefulShutdownTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Who a proxy is.</summary>
    public AuthnSettings Authn { get; init; } = new();

    /// <summary>Health checks that Envoys run for us.</summary>
    public HdsSettings Hds { get; init; } = new();

    /// <summary><c>dpServer.authn</c>.</summary>
    public sealed record AuthnSettings
    {
        /// <summary>How proxies prove who they are.</summary>
        public DpProxySettings DpProxy { get; init; } = new();

        /// <summary>Envoy reads its token again from its file. Default false.</summary>
        public bool EnableReloadableTokens { get; init; }
    }

    /// <summary><c>dpServer.authn.dpProxy</c>.</summary>
    public sealed record DpProxySettings
    {
        /// <summary><c>dpToken</c> or <c>none</c>.</summary>
        public string Type { get; init; } = "dpToken";

        /// <summary>Dataplane tokens.</summary>
        public DpTokenSettings DpToken { get; init; } = new();
    }

    /// <summary><c>dpServer.authn.dpProxy.dpToken</c>.</summary>
    public sealed record DpTokenSettings
    {
        /// <summary>Issues dataplane tokens. Default true.</summary>
        public bool EnableIssuer { get; init; } = true;
    }

    /// <summary><c>dpServer.hds</c>.</summary>
    public sealed record HdsSettings
    {
        /// <summary>Serves it. Default true.</summary>
        public bool Enabled { get; init; } = true;

        /// <summary>How often an Envoy reports. Default 5 s.</summary>
        public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

        /// <summary>Used where a Dataplane's probe says nothing.</summary>
        public HdsCheckSettings CheckDefaults { get; init; } = new();
    }

    /// <summary><c>dpServer.hds.checkDefaults</c>.</summary>
    public sealed record HdsCheckSettings
    {
        /// <summary>Longest a check may take. Default 2 s.</summary>
        public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

        /// <summary>Time between checks. Default 1 s.</summary>
        public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

        /// <summary>Time between checks of what has no traffic. Default 1 s.</summary>
        public TimeSpan NoTrafficInterval { get; init; } = TimeSpan.FromSeconds(1);

        /// <summary>Good checks until healthy. Default 1.</summary>
        public int HealthyThreshold { get; init; } = 1;

        /// <summary>Failed checks until unhealthy. Default 1.</summary>
        public int UnhealthyThreshold { get; init; } = 1;
    }
}
