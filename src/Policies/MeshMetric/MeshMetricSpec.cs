using Mesh.Model.Policies;
using Mesh.Model.Schema;
using Mesh.Model.Values;

namespace Mesh.Policies.MeshMetric;

/// <summary>Offers metrics of proxies and applications.</summary>
public sealed record MeshMetricSpec : IProxyPolicySpec
{
    /// <inheritdoc/>
    [Kinds("Mesh", "Dataplane")]
    public TargetRef? TargetRef { get; init; }

    /// <summary>The configuration.</summary>
    public MeshMetricConf? Default { get; init; }

    object? IProxyPolicySpec.Conf => Default;
}

/// <summary>Which metrics go where.</summary>
public sealed record MeshMetricConf
{
    /// <summary>Metrics of Envoy.</summary>
    public SidecarMetrics? Sidecar { get; init; }

    /// <summary>Metrics of applications.</summary>
    public IReadOnlyList<ApplicationMetrics>? Applications { get; init; }

    /// <summary>Where they go.</summary>
    public IReadOnlyList<MetricBackend>? Backends { get; init; }
}

/// <summary>Metrics of Envoy.</summary>
public sealed record SidecarMetrics
{
    /// <summary>Which of them.</summary>
    public MetricProfiles? Profiles { get; init; }

    /// <summary>Also those that were never touched. Default false.</summary>
    public bool? IncludeUnused { get; init; }
}

/// <summary>Which metrics of Envoy.</summary>
public sealed record MetricProfiles
{
    /// <summary>Sets of metrics; those of all policies count together.</summary>
    public IReadOnlyList<MetricProfile>? AppendProfiles { get; init; }

    /// <summary>Left out.</summary>
    public IReadOnlyList<MetricSelector>? Exclude { get; init; }

    /// <summary>Taken in, even if left out otherwise.</summary>
    public IReadOnlyList<MetricSelector>? Include { get; init; }
}

/// <summary>A set of metrics.</summary>
public sealed record MetricProfile
{
    /// <summary><c>All</c>, <c>Basic</c> or <c>None</c>.</summary>
    [Mandatory]
    [Values("All", "Basic", "None")]
    public string? Name { get; init; }
}

/// <summary>Selects metrics by name.</summary>
public sealed record MetricSelector
{
    /// <summary><c>Prefix</c>, <c>Regex</c>, <c>Exact</c> or <c>Contains</c>.</summary>
    [Mandatory]
    [Values("Prefix", "Regex", "Exact", "Contains")]
    public string? Type { get; init; }

    /// <summary>What to compare with.</summary>
    [Mandatory]
    public string? Match { get; init; }
}

/// <summary>Metrics of an application.</summary>
public sealed record ApplicationMetrics
{
    /// <summary>Name; a label of its metrics.</summary>
    public string? Name { get; init; }

    /// <summary>Path. Default <c>/metrics</c>.</summary>
    [Fallback("/metrics")]
    public string? Path { get; init; }

    /// <summary>Address. Default: that of the Dataplane.</summary>
    public string? Address { get; init; }

    /// <summary>Port.</summary>
    [Mandatory]
    public uint? Port { get; init; }
}

/// <summary>Where metrics go. Exactly the field that <see cref="Type"/> names is set.</summary>
public sealed record MetricBackend
{
    /// <summary><see cref="PrometheusType"/> or <see cref="OpenTelemetryType"/>.</summary>
    [Mandatory]
    [Values(PrometheusType, OpenTelemetryType)]
    public string? Type { get; init; }

    /// <summary>Prometheus comes for them.</summary>
    public PrometheusBackend? Prometheus { get; init; }

    /// <summary>They are sent to a collector.</summary>
    public OpenTelemetryMetricBackend? OpenTelemetry { get; init; }

    /// <summary>Prometheus.</summary>
    public const string PrometheusType = "Prometheus";
    /// <summary>OpenTelemetry.</summary>
    public const string OpenTelemetryType = "OpenTelemetry";
}

/// <summary>Prometheus comes for metrics.</summary>
public sealed record PrometheusBackend
{
    /// <summary>Which Prometheus it is for.</summary>
    public string? ClientId { get; init; }

    /// <summary>Port. Default 5670.</summary>
    [Fallback(5670L)]
    public uint? Port { get; init; }

    /// <summary>Path. Default <c>/metrics</c>.</summary>
    [Fallback("/metrics")]
    public string? Path { get; init; }

    /// <summary>TLS.</summary>
    public PrometheusTls? Tls { get; init; }
}

/// <summary>TLS of the metrics port.</summary>
public sealed record PrometheusTls
{
    /// <summary><c>Disabled</c> (default), <c>ProvidedTLS</c> or <c>ActiveMTLSBackend</c>.</summary>
    [Fallback("Disabled")]
    [Values("Disabled", "ProvidedTLS", "ActiveMTLSBackend")]
    public string? Mode { get; init; }
}

/// <summary>Metrics are sent to a collector.</summary>
public sealed record OpenTelemetryMetricBackend
{
    /// <summary>The collector.</summary>
    public BackendResourceRef? BackendRef { get; init; }

    /// <summary>How often. Default 60 s.</summary>
    public GoDuration? RefreshInterval { get; init; }
}
