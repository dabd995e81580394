using Mesh.Model.Policies;
using Mesh.Model.Schema;

namespace Mesh.Policies.MeshTCPRoute;

/// <summary>Sends connections to destinations by weight.</summary>
public sealed record MeshTCPRouteSpec : IOutboundPolicySpec
{
    /// <inheritdoc/>
    [Kinds("Mesh", "Dataplane")]
    public TargetRef? TargetRef { get; init; }

    /// <summary>Routes by destination.</summary>
    [Items(1)]
    public IReadOnlyList<MeshTCPRouteTo>? To { get; init; }

    IReadOnlyList<IOutboundEntry>? IOutboundPolicySpec.To => To;
}

/// <summary>Route of one destination.</summary>
public sealed record MeshTCPRouteTo : IOutboundEntry
{
    /// <inheritdoc/>
    [Mandatory]
    [Kinds("Mesh", "MeshService", "MeshExternalService", "MeshMultiZoneService", "MeshHTTPRoute")]
    public TargetRef? TargetRef { get; init; }

    /// <summary>The route; one at most.</summary>
    [Mandatory]
    [Items(0, 1)]
    public IReadOnlyList<TcpRouteRule>? Rules { get; init; }

    object? IOutboundEntry.Conf => Rules;
}

/// <summary>The route.</summary>
public sealed record TcpRouteRule
{
    /// <summary>Where connections go.</summary>
    [Mandatory]
    public TcpRouteConf? Default { get; init; }
}

/// <summary>Where connections go.</summary>
public sealed record TcpRouteConf
{
    /// <summary>Destinations by weight.</summary>
    public IReadOnlyList<BackendRef>? BackendRefs { get; init; }
}
