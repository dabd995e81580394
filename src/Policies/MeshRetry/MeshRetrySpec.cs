using Mesh.Model.Policies;
using Mesh.Model.Schema;
using Mesh.Model.Values;

namespace Mesh.Policies.MeshRetry;

/// <summary>Tries again what failed.</summary>
public sealed record MeshRetrySpec : IOutboundPolicySpec
{
    /// <inheritdoc/>
    [Kinds("Mesh", "Dataplane")]
    public TargetRef? TargetRef { get; init; }

    /// <summary>Retries by destination.</summary>
    public IReadOnlyList<MeshRetryTo>? To { get; init; }

    IReadOnlyList<IOutboundEntry>? IOutboundPolicySpec.To => To;
}

/// <summary>Retries towards one destination.</summary>
public sealed record MeshRetryTo : IOutboundEntry
{
    /// <inheritdoc/>
    [Mandatory]
    [Kinds("Mesh", "MeshService", "MeshExternalService", "MeshMultiZoneService", "MeshHTTPRoute")]
    public TargetRef? TargetRef { get; init; }

    /// <summary>The retries.</summary>
    public MeshRetryConf? Default { get; init; }

    object? IOutboundEntry.Conf => Default;
}

/// <summary>Retries by protocol.</summary>
public sealed record MeshRetryConf
{
    /// <summary>Connections.</summary>
    public TcpRetry? Tcp { get; init; }

    /// <summary>HTTP requests.</summary>
    public HttpRetry? Http { get; init; }

    /// <summary>gRPC calls.</summary>
    public GrpcRetry? Grpc { get; init; }
}

/// <summary>Retries of connections.</summary>
public sealed record TcpRetry
{
    /// <summary>How often connecting is tried; above 0. Default 1.</summary>
    public uint? MaxConnectAttempt { get; init; }
}

/// <summary>Retries of HTTP requests.</summary>
public sealed record HttpRetry
{
    /// <summary>How many. 0: none. Default 1.</summary>
    public uint? NumRetries { get; init; }

    /// <summary>Time for one try. Default: the request's timeout.</summary>
    public GoDuration? PerTryTimeout { get; init; }

    /// <summary>Time between tries.</summary>
    public RetryBackOff? BackOff { get; init; }

    /// <summary>Time between tries when the destination says how long.</summary>
    public RateLimitedBackOff? RateLimitedBackOff { get; init; }

    /// <summary>What is tried again: conditions, methods or status codes.</summary>
    public IReadOnlyList<string>? RetryOn { get; init; }

    /// <summary>Only responses with such headers.</summary>
    public IReadOnlyList<HeaderMatch>? RetriableResponseHeaders { get; init; }

    /// <summary>Only requests with such headers.</summary>
    public IReadOnlyList<HeaderMatch>? RetriableRequestHeaders { get; init; }

    /// <summary>Which endpoints a retry leaves out.</summary>
    public IReadOnlyList<HostSelection>? HostSelection { get; init; }

    /// <summary>How often an endpoint is chosen anew. Default 1.</summary>
    public long? HostSelectionMaxAttempts { get; init; }
}

/// <summary>Retries of gRPC calls.</summary>
public sealed record GrpcRetry
{
    /// <summary>How many. 0: none. Default 1.</summary>
    public uint? NumRetries { get; init; }

    /// <summary>Time for one try. Default: the request's timeout.</summary>
    public GoDuration? PerTryTimeout { get; init; }

    /// <summary>Time between tries.</summary>
    public RetryBackOff? BackOff { get; init; }

    /// <summary>Time between tries when the destination says how long.</summary>
    public RateLimitedBackOff? RateLimitedBackOff { get; init; }

    /// <summary>What is tried again.</summary>
    [Values("Canceled", "DeadlineExceeded", "Internal", "ResourceExhausted", "Unavailable")]
    public IReadOnlyList<string>? RetryOn { get; init; }
}

/// <summary>Time between tries, growing.</summary>
public sealed record RetryBackOff
{
    /// <summary>First time. Default 25 ms.</summary>
    public GoDuration? BaseInterval { get; init; }

    /// <summary>Longest time. Default ten times the first.</summary>
    public GoDuration? MaxInterval { get; init; }
}

/// <summary>Time between tries when the destination says how long.</summary>
public sealed record RateLimitedBackOff
{
    /// <summary>Headers that say it, the first that is there counts.</summary>
    public IReadOnlyList<ResetHeader>? ResetHeaders { get; init; }

    /// <summary>Longest time. Default 300 s.</summary>
    public GoDuration? MaxInterval { get; init; }
}

/// <summary>A header that says how long to wait.</summary>
public sealed record ResetHeader
{
    /// <summary>Name in lower case.</summary>
    [Mandatory]
    [Text(1, 256, Pattern = "^[a-z0-9!#$%&'*+\\-.^_\\x60|~]+$")]
    public string? Name { get; init; }

    /// <summary><c>Seconds</c> or <c>UnixTimestamp</c>.</summary>
    [Mandatory]
    [Values("Seconds", "UnixTimestamp")]
    public string? Format { get; init; }
}

/// <summary>Which endpoints a retry leaves out.</summary>
public sealed record HostSelection
{
    /// <summary><c>OmitPreviousHosts</c>, <c>OmitHostsWithTags</c> or <c>OmitPreviousPriorities</c>.</summary>
    [Mandatory]
    [Values("OmitPreviousHosts", "OmitHostsWithTags", "OmitPreviousPriorities")]
    public string? Predicate { get; init; }

    /// <summary>Tags, for <c>OmitHostsWithTags</c>.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>How often priorities are computed anew, for <c>OmitPreviousPriorities</c>. Default 2.</summary>
    [Fallback(2L)]
    public int? UpdateFrequency { get; init; }
}
