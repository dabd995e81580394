using Mesh.Model.Policies;
using Mesh.Model.Schema;
using Mesh.Model.Values;

namespace Mesh.Policies.MeshCircuitBreaker;

/// <summary>Limits what a destination gets, and leaves out endpoints that fail.</summary>
public sealed record MeshCircuitBreakerSpec : IOutboundPolicySpec, IInboundPolicySpec
{
    /// <inheritdoc/>
    [Kinds("Mesh", "Dataplane")]
    public TargetRef? TargetRef { get; init; }

    /// <summary>Limits towards destinations.</summary>
    public IReadOnlyList<MeshCircuitBreakerTo>? To { get; init; }

    /// <summary>Limits of incoming traffic.</summary>
    public IReadOnlyList<MeshCircuitBreakerRule>? Rules { get; init; }

    IReadOnlyList<IOutboundEntry>? IOutboundPolicySpec.To => To;

    IReadOnlyList<IInboundRule>? IInboundPolicySpec.Rules => Rules;
}

/// <summary>Limits towards one destination.</summary>
public sealed record MeshCircuitBreakerTo : IOutboundEntry
{
    /// <inheritdoc/>
    [Mandatory]
    [Kinds("Mesh", "MeshService", "MeshExternalService", "MeshMultiZoneService", "MeshHTTPRoute")]
    public TargetRef? TargetRef { get; init; }

    /// <summary>The limits.</summary>
    public MeshCircuitBreakerConf? Default { get; init; }

    object? IOutboundEntry.Conf => Default;
}

/// <summary>Limits of incoming traffic.</summary>
public sealed record MeshCircuitBreakerRule : IInboundRule
{
    /// <summary>The limits.</summary>
    public MeshCircuitBreakerConf? Default { get; init; }

    IReadOnlyList<Match>? IInboundRule.Matches => null;

    object? IInboundRule.Conf => Default;
}

/// <summary>Limits and outlier detection.</summary>
public sealed record MeshCircuitBreakerConf
{
    /// <summary>Limits.</summary>
    public ConnectionLimits? ConnectionLimits { get; init; }

    /// <summary>Leaves out endpoints that fail.</summary>
    public OutlierDetection? OutlierDetection { get; init; }
}

/// <summary>Limits; each above 0.</summary>
public sealed record ConnectionLimits
{
    /// <summary>Connections. Default 1024.</summary>
    public uint? MaxConnections { get; init; }

    /// <summary>Connection pools.</summary>
    public uint? MaxConnectionPools { get; init; }

    /// <summary>Requests that wait for a connection. Default 1024.</summary>
    public uint? MaxPendingRequests { get; init; }

    /// <summary>Retries at the same time. Default 3.</summary>
    public uint? MaxRetries { get; init; }

    /// <summary>Requests at the same time. Default 1024.</summary>
    public uint? MaxRequests { get; init; }
}

/// <summary>Leaves out endpoints that fail.</summary>
public sealed record OutlierDetection
{
    /// <summary>True switches it off.</summary>
    public bool? Disabled { get; init; }

    /// <summary>How often it looks. Default 10 s.</summary>
    public GoDuration? Interval { get; init; }

    /// <summary>How long an endpoint stays out, times how often it was out. Default 30 s.</summary>
    public GoDuration? BaseEjectionTime { get; init; }

    /// <summary>Share of endpoints that may be out, in per cent. Default 10.</summary>
    public uint? MaxEjectionPercent { get; init; }

    /// <summary>Tells errors of the proxy from those of the destination.</summary>
    public bool? SplitExternalAndLocalErrors { get; init; }

    /// <summary>What counts as failing.</summary>
    public OutlierDetectors? Detectors { get; init; }

    /// <summary>Share of healthy endpoints in per cent below which all are used.</summary>
    public IntOrString? HealthyPanicThreshold { get; init; }
}

/// <summary>What counts as failing; at least one.</summary>
public sealed record OutlierDetectors
{
    /// <summary>Errors in a row.</summary>
    public ConsecutiveFailures? TotalFailures { get; init; }

    /// <summary>Gateway errors (502, 503, 504) in a row.</summary>
    public ConsecutiveFailures? GatewayFailures { get; init; }

    /// <summary>Errors of the proxy in a row.</summary>
    public ConsecutiveFailures? LocalOriginFailures { get; init; }

    /// <summary>Success far below that of the others.</summary>
    public SuccessRateDetector? SuccessRate { get; init; }

    /// <summary>Share of failures.</summary>
    public FailurePercentageDetector? FailurePercentage { get; init; }
}

/// <summary>Errors in a row.</summary>
public sealed record ConsecutiveFailures
{
    /// <summary>How many. Default 5.</summary>
    public uint? Consecutive { get; init; }
}

/// <summary>Success far below that of the others.</summary>
public sealed record SuccessRateDetector
{
    /// <summary>Endpoints with enough requests that there must be. Default 5.</summary>
    public uint? MinimumHosts { get; init; }

    /// <summary>Requests in an interval that are enough. Default 100.</summary>
    public uint? RequestVolume { get; init; }

    /// <summary>How many standard deviations below the mean is too far. Default 1.9.</summary>
    public IntOrString? StandardDeviationFactor { get; init; }
}

/// <summary>Share of failures.</summary>
public sealed record FailurePercentageDetector
{
    /// <summary>Endpoints with enough requests that there must be. Default 5.</summary>
    public uint? MinimumHosts { get; init; }

    /// <summary>Requests in an interval that are enough. Default 50.</summary>
    public uint? RequestVolume { get; init; }

    /// <summary>Share in per cent. Default 85.</summary>
    public uint? Threshold { get; init; }
}
