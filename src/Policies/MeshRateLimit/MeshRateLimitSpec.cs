using Mesh.Model.Policies;
using Mesh.Model.Schema;
using Mesh.Model.Values;

namespace Mesh.Policies.MeshRateLimit;

/// <summary>Limits requests and connections per proxy.</summary>
public sealed record MeshRateLimitSpec : IOutboundPolicySpec, IInboundPolicySpec
{
    /// <inheritdoc/>
    [Kinds("Mesh", "Dataplane")]
    public TargetRef? TargetRef { get; init; }

    /// <summary>Limits of gateways; not together with <see cref="Rules"/>.</summary>
    public IReadOnlyList<MeshRateLimitTo>? To { get; init; }

    /// <summary>Limits of incoming traffic; not together with <see cref="To"/>.</summary>
    public IReadOnlyList<MeshRateLimitRule>? Rules { get; init; }

    IReadOnlyList<IOutboundEntry>? IOutboundPolicySpec.To => To;

    IReadOnlyList<IInboundRule>? IInboundPolicySpec.Rules => Rules;
}

/// <summary>Limits of gateways.</summary>
public sealed record MeshRateLimitTo : IOutboundEntry
{
    /// <inheritdoc/>
    [Mandatory]
    [Kinds("Mesh", "MeshService", "MeshExternalService", "MeshMultiZoneService", "MeshHTTPRoute")]
    public TargetRef? TargetRef { get; init; }

    /// <summary>The limits.</summary>
    public MeshRateLimitConf? Default { get; init; }

    object? IOutboundEntry.Conf => Default;
}

/// <summary>Limits of incoming traffic.</summary>
public sealed record MeshRateLimitRule : IInboundRule
{
    /// <inheritdoc/>
    public IReadOnlyList<Match>? Matches { get; init; }

    /// <summary>The limits.</summary>
    public MeshRateLimitConf? Default { get; init; }

    object? IInboundRule.Conf => Default;
}

/// <summary>Limits.</summary>
public sealed record MeshRateLimitConf
{
    /// <summary>Limits that each proxy counts for itself.</summary>
    public LocalRateLimit? Local { get; init; }
}

/// <summary>Limits that each proxy counts for itself.</summary>
public sealed record LocalRateLimit
{
    /// <summary>Requests.</summary>
    public LocalHttpRateLimit? Http { get; init; }

    /// <summary>Connections.</summary>
    public LocalTcpRateLimit? Tcp { get; init; }
}

/// <summary>Limits requests.</summary>
public sealed record LocalHttpRateLimit
{
    /// <summary>True switches the limit off.</summary>
    public bool? Disabled { get; init; }

    /// <summary>How many requests in which time.</summary>
    public RequestRate? RequestRate { get; init; }

    /// <summary>How requests beyond the limit are answered.</summary>
    public OnRateLimit? OnRateLimit { get; init; }
}

/// <summary>Limits connections.</summary>
public sealed record LocalTcpRateLimit
{
    /// <summary>True switches the limit off.</summary>
    public bool? Disabled { get; init; }

    /// <summary>How many connections in which time.</summary>
    public RequestRate? ConnectionRate { get; init; }
}

/// <summary>A number in a time.</summary>
public sealed record RequestRate
{
    /// <summary>How many; above 0.</summary>
    [Mandatory]
    public uint? Num { get; init; }

    /// <summary>In which time; at least 50 ms.</summary>
    [Mandatory]
    public GoDuration? Interval { get; init; }
}

/// <summary>How requests beyond the limit are answered.</summary>
public sealed record OnRateLimit
{
    /// <summary>HTTP status. Default 429.</summary>
    public uint? Status { get; init; }

    /// <summary>Headers of the answer.</summary>
    public RateLimitHeaders? Headers { get; init; }
}

/// <summary>Headers of an answer.</summary>
public sealed record RateLimitHeaders
{
    /// <summary>Replaces these headers.</summary>
    [Items(0, 16)]
    public IReadOnlyList<HeaderValue>? Set { get; init; }

    /// <summary>Adds these headers.</summary>
    [Items(0, 16)]
    public IReadOnlyList<HeaderValue>? Add { get; init; }
}
