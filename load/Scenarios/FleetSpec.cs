namespace Mesh.Load.Scenarios;

/// <summary>The virtual Envoys of a scenario.</summary>
internal sealed record FleetSpec
{
    /// <summary>How many.</summary>
    public int Proxies { get; init; }

    /// <summary>Streams that share a connection. Default 1, as real Envoys.</summary>
    public int StreamsPerConnection { get; init; } = 1;

    /// <summary>Whether connections are TLS.</summary>
    public bool Tls { get; init; }

    /// <summary><c>delta</c> (default) or <c>sotw</c>.</summary>
    public string Protocol { get; init; } = "delta";

    /// <summary>One of so many rejects every change of a load assignment; 0: none.</summary>
    public int RejectEvery { get; init; }

    /// <summary>Connections that may wait for the server's first answer at once. Default 1000.</summary>
    public int MaxConnecting { get; init; } = 1000;
}
