namespace Mesh.Policies.Drafts;

/// <summary>One listener of a zone proxy. Value equality.</summary>
public sealed record ZoneListenerFacts
{
    /// <summary>Name and stat prefix: <c>self_zoneegress_dp_main</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Address it listens on.</summary>
    public required string Address { get; init; }

    /// <summary>Port it listens on.</summary>
    public required uint Port { get; init; }

    /// <summary>It takes traffic of this zone out of it; else it takes traffic of others in.</summary>
    public required bool IsEgress { get; init; }

    /// <summary>Key under which policies keep its rules: <c>address:port</c>.</summary>
    public string Key => Matching.ProxySection.KeyOf(Address, Port);
}
