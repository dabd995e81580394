namespace Mesh.Policies.Drafts;

/// <summary>One inbound of a proxy. Value equality.</summary>
public sealed record InboundFacts
{
    /// <summary>Name of listener, cluster, route configuration and stat prefix: <c>self_inbound_dp_main</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Address it listens on.</summary>
    public required string Address { get; init; }

    /// <summary>Port it listens on.</summary>
    public required uint Port { get; init; }

    /// <summary>Address of the application.</summary>
    public required string ServiceAddress { get; init; }

    /// <summary>Port of the application.</summary>
    public required uint ServicePort { get; init; }

    /// <summary>One of <see cref="Protocols"/>.</summary>
    public required string Protocol { get; init; }

    /// <summary>Key under which policies keep its rules: <c>address:port</c>.</summary>
    public string Key => Matching.ProxySection.KeyOf(Address, Port);
}
