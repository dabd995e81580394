namespace Mesh.Server.Settings;

/// <summary><c>multizone.global.kds</c>: the port at which zones connect to a global control plane.</summary>
public sealed record GlobalKdsSettings
{
    /// <summary>Address to listen on. Default all.</summary>
    public string Interface { get; init; } = "0.0.0.0";

    /// <summary>Port; 0: any free one. Default 5685.</summary>
    public int GrpcPort { get; init; } = 5685;

    /// <summary>Serves TLS. Default true; without it tokens and secrets travel in clear.</summary>
    public bool TlsEnabled { get; init; } = true;

    /// <summary>Certificate of this port; empty: <c>general.tlsCertFile</c>, or the generated one.</summary>
    public string TlsCertFile { get; init; } = "";

    /// <summary>Its key.</summary>
    public string TlsKeyFile { get; init; } = "";

    /// <summary>Largest message in bytes, in both directions. Default 10 MiB.</summary>
    public int MaxMsgSize { get; init; } = 10 * 1024 * 1024;

    /// <summary>Least time between two writes of one zone's counters. Default 10 s.</summary>
    public TimeSpan ZoneInsightFlushInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Pause after a zone refused a response before the same type is sent again. Default 5 s.</summary>
    public TimeSpan NackBackoff { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a zone must have been away before another store may take its name. Default 1 min. Until then a second zone of
    /// the same name is refused.
    /// </summary>
    public TimeSpan TakeoverDelay { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Silence after which Global asks whether a zone is there; it has three times as long to answer. Default 5 s, at least 1 s.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Labels of what is sent to zones.</summary>
    public LabelSettings Labels { get; init; } = new();

    /// <summary>Signs of life that zones give by themselves.</summary>
    public HealthCheckSettings ZoneHealthCheck { get; init; } = new();

    /// <summary>How zones prove who they are.</summary>
    public AuthSettings Auth { get; init; } = new();

    /// <summary><c>multizone.global.kds.labels</c>.</summary>
    public sealed record LabelSettings
    {
        /// <summary>Labels that begin with one of these stay in Global. Default none.</summary>
        public IReadOnlyList<string> SkipPrefixes { get; init; } = [];
    }

    /// <summary><c>multizone.global.kds.zoneHealthCheck</c>: off unless both are longer than zero.</summary>
    public sealed record HealthCheckSettings
    {
        /// <summary>How often a zone reports. Default 0 s: never.</summary>
        public TimeSpan PollInterval { get; init; } = TimeSpan.Zero;

        /// <summary>After how long without a report a zone is offline and its streams end. Default 0 s: never.</summary>
        public TimeSpan Timeout { get; init; } = TimeSpan.Zero;
    }

    /// <summary><c>multizone.global.kds.auth</c>.</summary>
    public sealed record AuthSettings
    {
        /// <summary><c>cpToken</c> (default) or <c>none</c>: every client may then be any zone.</summary>
        public string Type { get; init; } = "cpToken";

        /// <summary>Zone tokens.</summary>
        public CpTokenSettings CpToken { get; init; } = new();
    }

    /// <summary><c>multizone.global.kds.auth.cpToken</c>.</summary>
    public sealed record CpTokenSettings
    {
        /// <summary>Issues zone tokens over REST. Default true; without it they are signed offline.</summary>
        public bool EnableIssuer { get; init; } = true;
    }
}
