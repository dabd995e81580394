using Mesh.Model.Policies;
using Mesh.Model.Schema;
using Mesh.Model.Values;

namespace Mesh.Policies.MeshHealthCheck;

/// <summary>Lets proxies ask endpoints whether they work.</summary>
public sealed record MeshHealthCheckSpec : IOutboundPolicySpec
{
    /// <inheritdoc/>
    [Kinds("Mesh", "Dataplane")]
    public TargetRef? TargetRef { get; init; }

    /// <summary>Checks by destination.</summary>
    public IReadOnlyList<MeshHealthCheckTo>? To { get; init; }

    IReadOnlyList<IOutboundEntry>? IOutboundPolicySpec.To => To;
}

/// <summary>Checks of one destination.</summary>
public sealed record MeshHealthCheckTo : IOutboundEntry
{
    /// <inheritdoc/>
    [Mandatory]
    [Kinds("Mesh", "MeshService", "MeshExternalService", "MeshMultiZoneService", "MeshHTTPRoute")]
    public TargetRef? TargetRef { get; init; }

    /// <summary>The checks.</summary>
    public MeshHealthCheckConf? Default { get; init; }

    object? IOutboundEntry.Conf => Default;
}

/// <summary>Checks.</summary>
public sealed record MeshHealthCheckConf
{
    /// <summary>Time between checks. Default 1 min.</summary>
    public GoDuration? Interval { get; init; }

    /// <summary>Time for an answer. Default 15 s.</summary>
    public GoDuration? Timeout { get; init; }

    /// <summary>Failures in a row that make an endpoint unhealthy. Default 5.</summary>
    public int? UnhealthyThreshold { get; init; }

    /// <summary>Successes in a row that make it healthy. Default 1.</summary>
    public int? HealthyThreshold { get; init; }

    /// <summary>Random time before the first check.</summary>
    public GoDuration? InitialJitter { get; init; }

    /// <summary>Random time added to the interval.</summary>
    public GoDuration? IntervalJitter { get; init; }

    /// <summary>The same as a share of the interval, in per cent.</summary>
    public int? IntervalJitterPercent { get; init; }

    /// <summary>Fails requests, instead of using all endpoints, when too few are healthy.</summary>
    public bool? FailTrafficOnPanic { get; init; }

    /// <summary>File for events.</summary>
    public string? EventLogPath { get; init; }

    /// <summary>Logs every failure, not only changes.</summary>
    public bool? AlwaysLogHealthCheckFailures { get; init; }

    /// <summary>Time between checks while there is no traffic. Default 1 min.</summary>
    public GoDuration? NoTrafficInterval { get; init; }

    /// <summary>Checks by connecting.</summary>
    public TcpHealthCheck? Tcp { get; init; }

    /// <summary>Checks by a request.</summary>
    public HttpHealthCheck? Http { get; init; }

    /// <summary>Checks by gRPC's health service.</summary>
    public GrpcHealthCheck? Grpc { get; init; }

    /// <summary>Uses one connection for all checks. Default true.</summary>
    public bool? ReuseConnection { get; init; }
}

/// <summary>Checks by connecting.</summary>
public sealed record TcpHealthCheck
{
    /// <summary>True switches it off.</summary>
    public bool? Disabled { get; init; }

    /// <summary>What to send, base64.</summary>
    public string? Send { get; init; }

    /// <summary>What must come back in this order, base64.</summary>
    public IReadOnlyList<string>? Receive { get; init; }
}

/// <summary>Checks by a request.</summary>
public sealed record HttpHealthCheck
{
    /// <summary>True switches it off.</summary>
    public bool? Disabled { get; init; }

    /// <summary>Path. Default <c>/</c>.</summary>
    public string? Path { get; init; }

    /// <summary>Headers of the request.</summary>
    public HealthCheckHeaders? RequestHeadersToAdd { get; init; }

    /// <summary>Status codes that mean healthy. Default 200.</summary>
    public IReadOnlyList<int>? ExpectedStatuses { get; init; }
}

/// <summary>Headers of a request.</summary>
public sealed record HealthCheckHeaders
{
    /// <summary>Replaces these headers.</summary>
    [Items(0, 16)]
    public IReadOnlyList<HeaderValue>? Set { get; init; }

    /// <summary>Adds these headers.</summary>
    [Items(0, 16)]
    public IReadOnlyList<HeaderValue>? Add { get; init; }
}

/// <summary>Checks by gRPC's health service.</summary>
public sealed record GrpcHealthCheck
{
    /// <summary>True switches it off.</summary>
    public bool? Disabled { get; init; }

    /// <summary>Service to ask about.</summary>
    public string? ServiceName { get; init; }

    /// <summary>Authority of the call. Default: name of the cluster.</summary>
    public string? Authority { get; init; }
}
