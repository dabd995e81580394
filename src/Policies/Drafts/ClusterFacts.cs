using Mesh.Model.Naming;

namespace Mesh.Policies.Drafts;

/// <summary>What a cluster is and where it leads. Value equality.</summary>
public sealed record ClusterFacts
{
    /// <summary>What it is for.</summary>
    public required ClusterRole Role { get; init; }

    /// <summary>One of <see cref="Protocols"/>: what the application speaks, not what travels between proxies.</summary>
    public required string Protocol { get; init; }

    /// <summary>The destination of an outbound or of a zone proxy, its port as section; null for other roles.</summary>
    public Kri? Destination { get; init; }

    /// <summary>The destination is outside the mesh.</summary>
    public bool IsExternal { get; init; }
}
