namespace Mesh.Load.Serving;

/// <summary>Settings of <see cref="EngineProcess"/>.</summary>
internal sealed record EngineProcessOptions
{
    /// <summary>Port of discovery.</summary>
    public int Listen { get; init; } = 18000;

    /// <summary>Port of control.</summary>
    public int Control { get; init; } = 18001;

    /// <summary>Proxies that have resources.</summary>
    public int Proxies { get; init; } = 1000;

    /// <summary>Services of each.</summary>
    public int Services { get; init; } = 10;

    /// <summary>Endpoints of each service.</summary>
    public int Endpoints { get; init; } = 10;

    /// <summary>Node id; <c>{i}</c> is the proxy's number.</summary>
    public string NodeId { get; init; } = "default.proxy-{i}";

    /// <summary>Serves TLS, with a certificate of the moment.</summary>
    public bool Tls { get; init; }

    /// <summary>Serves with Kestrel alone instead of our own transport.</summary>
    public bool Kestrel { get; init; }
}
