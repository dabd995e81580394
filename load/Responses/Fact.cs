namespace Mesh.Load.Responses;

/// <summary>What a virtual Envoy needs to know of one resource; all that have it share one.</summary>
internal sealed record Fact
{
    /// <summary>Its type.</summary>
    public required XdsKind Kind { get; init; }

    /// <summary>Its name's number.</summary>
    public required int Name { get; init; }

    /// <summary>Its version, UTF-8; empty in the state of the world.</summary>
    public required byte[] Version { get; init; }

    /// <summary>Of a cluster: the load assignment that it needs; 0: none.</summary>
    public int Assignment { get; init; }

    /// <summary>Of a listener: route configurations that it needs.</summary>
    public IReadOnlyList<int> Routes { get; init; } = [];

    /// <summary>Of a cluster or listener: secrets that it needs.</summary>
    public IReadOnlyList<int> Secrets { get; init; } = [];

    /// <summary>Of a listener or route configuration: clusters to which it sends.</summary>
    public IReadOnlyList<int> Clusters { get; init; } = [];

    /// <summary>What it says, whatever its version: <see cref="PublishedContents.HashOf"/>.</summary>
    public ulong Content { get; init; }

    /// <summary>When its content was decided, in the ticks of the machine's monotonic clock; 0: it does not say.</summary>
    public long Stamp { get; init; }
}
