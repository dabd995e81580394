using Mesh.Model.Policies;
using Mesh.Model.Schema;
using Mesh.Model.Values;

namespace Mesh.Policies.MeshFaultInjection;

/// <summary>Makes requests fail, wait or flow slowly, to see what happens.</summary>
public sealed record MeshFaultInjectionSpec : IOutboundPolicySpec, IInboundPolicySpec
{
    /// <inheritdoc/>
    [Kinds("Mesh", "Dataplane")]
    public TargetRef? TargetRef { get; init; }

    /// <summary>Faults of gateways.</summary>
    public IReadOnlyList<MeshFaultInjectionTo>? To { get; init; }

    /// <summary>Faults of incoming traffic.</summary>
    public IReadOnlyList<MeshFaultInjectionRule>? Rules { get; init; }

    IReadOnlyList<IOutboundEntry>? IOutboundPolicySpec.To => To;

    IReadOnlyList<IInboundRule>? IInboundPolicySpec.Rules => Rules;
}

/// <summary>Faults of gateways.</summary>
public sealed record MeshFaultInjectionTo : IOutboundEntry
{
    /// <inheritdoc/>
    [Mandatory]
    [Kinds("Mesh", "MeshService", "MeshExternalService", "MeshMultiZoneService", "MeshHTTPRoute")]
    public TargetRef? TargetRef { get; init; }

    /// <summary>The faults.</summary>
    public MeshFaultInjectionConf? Default { get; init; }

    object? IOutboundEntry.Conf => Default;
}

/// <summary>Faults of incoming traffic.</summary>
public sealed record MeshFaultInjectionRule : IInboundRule
{
    /// <inheritdoc/>
    public IReadOnlyList<Match>? Matches { get; init; }

    /// <summary>The faults.</summary>
    [Mandatory]
    public MeshFaultInjectionConf? Default { get; init; }

    object? IInboundRule.Conf => Default;
}

/// <summary>Faults.</summary>
public sealed record MeshFaultInjectionConf
{
    /// <summary>Faults of HTTP; each entry on its own.</summary>
    public IReadOnlyList<HttpFault>? Http { get; init; }
}

/// <summary>One set of faults.</summary>
public sealed record HttpFault
{
    /// <summary>Answers at once.</summary>
    public FaultAbort? Abort { get; init; }

    /// <summary>Waits first.</summary>
    public FaultDelay? Delay { get; init; }

    /// <summary>Sends the response slowly.</summary>
    public FaultBandwidth? ResponseBandwidth { get; init; }
}

/// <summary>Answers at once.</summary>
public sealed record FaultAbort
{
    /// <summary>HTTP status, 100 to 599.</summary>
    [Mandatory]
    public int? HttpStatus { get; init; }

    /// <summary>Share of requests in per cent.</summary>
    [Mandatory]
    public IntOrString? Percentage { get; init; }
}

/// <summary>Waits first.</summary>
public sealed record FaultDelay
{
    /// <summary>How long.</summary>
    [Mandatory]
    public GoDuration? Value { get; init; }

    /// <summary>Share of requests in per cent.</summary>
    [Mandatory]
    public IntOrString? Percentage { get; init; }
}

/// <summary>Sends the response slowly.</summary>
public sealed record FaultBandwidth
{
    /// <summary>Bandwidth with its unit, <c>Gbps</c>, <c>Mbps</c> or <c>kbps</c>, e.g. <c>50 Mbps</c>.</summary>
    [Mandatory]
    public string? Limit { get; init; }

    /// <summary>Share of requests in per cent.</summary>
    [Mandatory]
    public IntOrString? Percentage { get; init; }
}
