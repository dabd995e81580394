namespace Mesh.Zone.Inspect;

/// <summary>Answer to <c>_layout</c>: what a proxy listens on and calls.</summary>
public sealed record LayoutResponse
{
    /// <summary>The proxy.</summary>
    public required string Kri { get; init; }

    /// <summary>Its labels.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>Its inbounds, in its order.</summary>
    public required IReadOnlyList<PortEntry> Inbounds { get; init; }

    /// <summary>Its outbounds, by KRI.</summary>
    public required IReadOnlyList<PortEntry> Outbounds { get; init; }

    /// <summary>Its listeners for zone traffic, in its order.</summary>
    public required IReadOnlyList<ListenerEntry> Listeners { get; init; }

    /// <summary>Its identity; null without one.</summary>
    public string? SpiffeId { get; init; }
}

/// <summary>An inbound or outbound.</summary>
/// <param name="Kri">Its KRI.</param>
/// <param name="Port">Its port.</param>
/// <param name="Protocol">Its protocol.</param>
/// <param name="ProxyResourceName">Name of its listener and cluster in Envoy.</param>
public sealed record PortEntry(string Kri, uint Port, string Protocol, string ProxyResourceName);

/// <summary>A listener for zone traffic.</summary>
/// <param name="Kri">Its KRI.</param>
/// <param name="Port">Its port.</param>
/// <param name="Type"><c>ZoneIngress</c> or <c>ZoneEgress</c>.</param>
/// <param name="ProxyResourceName">Name of the listener in Envoy.</param>
public sealed record ListenerEntry(string Kri, uint Port, string Type, string ProxyResourceName);
