using Mesh.Model.Naming;

namespace Mesh.Policies.Drafts;

/// <summary>One port of one destination that a proxy can call. Value equality.</summary>
public sealed record OutboundFacts
{
    /// <summary>The destination, its port as section; also the name of listener, cluster and route configuration.</summary>
    public required Kri Destination { get; init; }

    /// <summary>One of <see cref="Protocols"/>.</summary>
    public required string Protocol { get; init; }
}
