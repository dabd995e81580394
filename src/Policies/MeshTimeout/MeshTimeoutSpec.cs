using Mesh.Model.Policies;
using Mesh.Model.Schema;
using Mesh.Model.Values;

namespace Mesh.Policies.MeshTimeout;

/// <summary>Limits how long connections and requests may take.</summary>
public sealed record MeshTimeoutSpec : IOutboundPolicySpec, IInboundPolicySpec
{
    /// <inheritdoc/>
    [Kinds("Mesh", "Dataplane")]
    public TargetRef? TargetRef { get; init; }

    /// <summary>Timeouts towards destinations; not together with <see cref="Rules"/>.</summary>
    public IReadOnlyList<MeshTimeoutTo>? To { get; init; }

    /// <summary>Timeouts of incoming traffic; not together with <see cref="To"/>.</summary>
    public IReadOnlyList<MeshTimeoutRule>? Rules { get; init; }

    IReadOnlyList<IOutboundEntry>? IOutboundPolicySpec.To => To;

    IReadOnlyList<IInboundRule>? IInboundPolicySpec.Rules => Rules;
}

/// <summary>Timeouts towards one destination.</summary>
public sealed record MeshTimeoutTo : IOutboundEntry
{
    /// <inheritdoc/>
    [Mandatory]
    [Kinds("Mesh", "MeshService", "MeshExternalService", "MeshMultiZoneService", "MeshHTTPRoute")]
    public TargetRef? TargetRef { get; init; }

    /// <summary>The timeouts.</summary>
    public MeshTimeoutConf? Default { get; init; }

    object? IOutboundEntry.Conf => Default;
}

/// <summary>Timeouts of incoming traffic.</summary>
public sealed record MeshTimeoutRule : IInboundRule
{
    /// <inheritdoc/>
    public IReadOnlyList<Match>? Matches { get; init; }

    /// <summary>The timeouts.</summary>
    public MeshTimeoutConf? Default { get; init; }

    object? IInboundRule.Conf => Default;
}

/// <summary>Timeouts; 0 means none, where the field allows it.</summary>
public sealed record MeshTimeoutConf
{
    /// <summary>Time to connect; above 0. Default 5 s.</summary>
    public GoDuration? ConnectionTimeout { get; init; }

    /// <summary>Time without data after which a connection ends. Default 1 h.</summary>
    public GoDuration? IdleTimeout { get; init; }

    /// <summary>Timeouts of HTTP.</summary>
    public MeshTimeoutHttp? Http { get; init; }
}

/// <summary>Timeouts of HTTP.</summary>
public sealed record MeshTimeoutHttp
{
    /// <summary>Time for a whole request. Default 15 s.</summary>
    public GoDuration? RequestTimeout { get; init; }

    /// <summary>Time without data after which a stream ends. Default 30 min.</summary>
    public GoDuration? StreamIdleTimeout { get; init; }

    /// <summary>Longest life of a stream. Default none.</summary>
    public GoDuration? MaxStreamDuration { get; init; }

    /// <summary>Longest life of a connection. Default none.</summary>
    public GoDuration? MaxConnectionDuration { get; init; }

    /// <summary>Time for the headers of a request. Default none.</summary>
    public GoDuration? RequestHeadersTimeout { get; init; }
}
