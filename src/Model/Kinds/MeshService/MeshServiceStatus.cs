using Mesh.Model.Schema;

namespace Mesh.Model.Kinds;

/// <summary>State of a MeshService.</summary>
public sealed record MeshServiceStatus
{
    /// <summary>Host names.</summary>
    public IReadOnlyList<HostnameAddress>? Addresses { get; init; }

    /// <summary>Virtual addresses.</summary>
    public IReadOnlyList<Vip>? Vips { get; init; }

    /// <summary>Whether its proxies take mesh TLS.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("tls")]
    public MeshServiceTls Tls { get; init; } = new();

    /// <summary>What the generators did.</summary>
    public IReadOnlyList<HostnameGeneratorStatus>? HostnameGenerators { get; init; }

    /// <summary>Its proxies.</summary>
    public ProxyCounts DataplaneProxies { get; init; } = new();
}

/// <summary>Whether the proxies of a service take mesh TLS.</summary>
[OmitsDefaults]
public sealed record MeshServiceTls
{
    /// <summary><c>Ready</c> once all had certificates, and from then on; <c>NotReady</c> or null before.</summary>
    public string? Status { get; init; }
}
