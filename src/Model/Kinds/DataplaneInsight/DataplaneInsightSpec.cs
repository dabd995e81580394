using System.Text.Json;
using System.Text.Json.Serialization;
using Mesh.Model.Schema;

namespace Mesh.Model.Kinds;

/// <summary>What control planes saw of one proxy (contract §1.2).</summary>
[OmitsDefaults]
public sealed record DataplaneInsightSpec
{
    /// <summary>Its connections, the newest last; at most two are kept.</summary>
    public IReadOnlyList<DiscoverySubscription>? Subscriptions { get; init; }

    /// <summary>Its certificate.</summary>
    [JsonPropertyName("mTLS")]
    public DataplaneInsightTls? Mtls { get; init; }

    /// <summary>Metadata that the proxy sent, as JSON.</summary>
    public JsonElement? Metadata { get; init; }

    /// <summary>Its OpenTelemetry backends.</summary>
    public OpenTelemetryInsight? OpenTelemetry { get; init; }
}

/// <summary>One connection of a proxy to a control plane.</summary>
[OmitsDefaults]
public sealed record DiscoverySubscription
{
    /// <summary>Unique id of the connection.</summary>
    public string? Id { get; init; }

    /// <summary>Instance of the control plane.</summary>
    public string? ControlPlaneInstanceId { get; init; }

    /// <summary>When it began.</summary>
    public DateTimeOffset? ConnectTime { get; init; }

    /// <summary>When it ended; null: it lasts.</summary>
    public DateTimeOffset? DisconnectTime { get; init; }

    /// <summary>What was sent over it.</summary>
    public DiscoverySubscriptionStatus? Status { get; init; }

    /// <summary>Versions of the proxy's programs.</summary>
    public ProxyVersion? Version { get; init; }

    /// <summary>Grows with each update, to tell a stale insight.</summary>
    public uint Generation { get; init; }
}

/// <summary>Counts of responses, over all types and by type.</summary>
[OmitsDefaults]
public sealed record DiscoverySubscriptionStatus
{
    /// <summary>When it last changed.</summary>
    public DateTimeOffset? LastUpdateTime { get; init; }

    /// <summary>All types.</summary>
    public DiscoveryServiceStats? Total { get; init; }

    /// <summary>Clusters.</summary>
    public DiscoveryServiceStats? Cds { get; init; }

    /// <summary>Load assignments.</summary>
    public DiscoveryServiceStats? Eds { get; init; }

    /// <summary>Listeners.</summary>
    public DiscoveryServiceStats? Lds { get; init; }

    /// <summary>Route configurations.</summary>
    public DiscoveryServiceStats? Rds { get; init; }
}

/// <summary>Counts of responses. Written as text, as 64-bit numbers are.</summary>
[OmitsDefaults]
[JsonNumberHandling(JsonNumberHandling.AllowReadingFromString | JsonNumberHandling.WriteAsString)]
public sealed record DiscoveryServiceStats
{
    /// <summary>Sent.</summary>
    public ulong ResponsesSent { get; init; }

    /// <summary>Accepted.</summary>
    public ulong ResponsesAcknowledged { get; init; }

    /// <summary>Refused.</summary>
    public ulong ResponsesRejected { get; init; }
}

/// <summary>Versions of a proxy's programs.</summary>
[OmitsDefaults]
public sealed record ProxyVersion
{
    /// <summary>The sidecar program.</summary>
    public KumaDpVersion? KumaDp { get; init; }

    /// <summary>Envoy.</summary>
    public EnvoyVersion? Envoy { get; init; }

    /// <summary>Others, by name.</summary>
    public IReadOnlyDictionary<string, string>? Dependencies { get; init; }
}

/// <summary>Version of the sidecar program.</summary>
[OmitsDefaults]
public sealed record KumaDpVersion
{
    /// <summary>Version.</summary>
    public string? Version { get; init; }

    /// <summary>Tag of its source.</summary>
    public string? GitTag { get; init; }

    /// <summary>Commit of its source.</summary>
    public string? GitCommit { get; init; }

    /// <summary>When it was built.</summary>
    public string? BuildDate { get; init; }

    /// <summary>It fits this control plane.</summary>
    public bool KumaCpCompatible { get; init; }
}

/// <summary>Version of Envoy.</summary>
[OmitsDefaults]
public sealed record EnvoyVersion
{
    /// <summary>Version.</summary>
    public string? Version { get; init; }

    /// <summary>Build, as Envoy prints it.</summary>
    public string? Build { get; init; }

    /// <summary>It fits the sidecar program.</summary>
    public bool KumaDpCompatible { get; init; }
}

/// <summary>Certificate of a proxy.</summary>
[OmitsDefaults]
public sealed record DataplaneInsightTls
{
    /// <summary>When it expires.</summary>
    public DateTimeOffset? CertificateExpirationTime { get; init; }

    /// <summary>When it was issued.</summary>
    public DateTimeOffset? LastCertificateRegeneration { get; init; }

    /// <summary>How often one was issued.</summary>
    public uint CertificateRegenerations { get; init; }

    /// <summary>KRI of the MeshIdentity that issued it.</summary>
    public string? IssuedBackend { get; init; }

    /// <summary>KRIs of the MeshTrusts that the proxy knows.</summary>
    public IReadOnlyList<string>? SupportedBackends { get; init; }
}

/// <summary>OpenTelemetry backends of a proxy.</summary>
[OmitsDefaults]
public sealed record OpenTelemetryInsight
{
    /// <summary>The backends.</summary>
    public IReadOnlyList<OpenTelemetryBackendInsight>? Backends { get; init; }
}

/// <summary>One OpenTelemetry backend of a proxy.</summary>
[OmitsDefaults]
public sealed record OpenTelemetryBackendInsight
{
    /// <summary>Name of the MeshOpenTelemetryBackend.</summary>
    public string? Name { get; init; }

    /// <summary>Traces.</summary>
    public OpenTelemetrySignalInsight? Traces { get; init; }

    /// <summary>Access logs.</summary>
    public OpenTelemetrySignalInsight? Logs { get; init; }

    /// <summary>Metrics.</summary>
    public OpenTelemetrySignalInsight? Metrics { get; init; }
}

/// <summary>One signal that goes to a backend.</summary>
[OmitsDefaults]
public sealed record OpenTelemetrySignalInsight
{
    /// <summary>A policy asks for it.</summary>
    public bool Enabled { get; init; }

    /// <summary>The environment may take part.</summary>
    public bool EnvAllowed { get; init; }

    /// <summary>The environment says something.</summary>
    public bool EnvInputPresent { get; init; }

    /// <summary>Its state, e.g. <c>ready</c>.</summary>
    public string? State { get; init; }

    /// <summary>What the environment overrides.</summary>
    public IReadOnlyList<string>? OverrideKinds { get; init; }

    /// <summary>What is not given anywhere.</summary>
    public IReadOnlyList<string>? MissingFields { get; init; }

    /// <summary>Why nothing is sent.</summary>
    public IReadOnlyList<string>? BlockedReasons { get; init; }
}
