using System.Text.Json.Serialization;
using Mesh.Model.Schema;

namespace Mesh.Model.Kinds;

/// <summary>Counts of a mesh (contract §1.10).</summary>
[OmitsDefaults]
public sealed record MeshInsightSpec
{
    /// <summary>All proxies.</summary>
    public DataplaneStat? Dataplanes { get; init; }

    /// <summary>Proxies by version.</summary>
    public MeshInsightVersions? DpVersions { get; init; }

    /// <summary>Proxies by certificate.</summary>
    [JsonPropertyName("mTLS")]
    public MeshInsightTls? Mtls { get; init; }

    /// <summary>Proxies by type.</summary>
    public MeshInsightTypes? DataplanesByType { get; init; }

    /// <summary>Resources by kind.</summary>
    public IReadOnlyDictionary<string, ResourceStat>? Resources { get; init; }
}

/// <summary>Counts of proxies.</summary>
[OmitsDefaults]
public sealed record DataplaneStat
{
    /// <summary>All.</summary>
    public uint Total { get; init; }

    /// <summary>Connected.</summary>
    public uint Online { get; init; }

    /// <summary>Not connected.</summary>
    public uint Offline { get; init; }

    /// <summary>Connected, with some inbounds not ready.</summary>
    public uint PartiallyDegraded { get; init; }
}

/// <summary>Proxies by version.</summary>
[OmitsDefaults]
public sealed record MeshInsightVersions
{
    /// <summary>By version of the sidecar program.</summary>
    public IReadOnlyDictionary<string, DataplaneStat>? KumaDp { get; init; }

    /// <summary>By version of Envoy.</summary>
    public IReadOnlyDictionary<string, DataplaneStat>? Envoy { get; init; }
}

/// <summary>Proxies by certificate.</summary>
[OmitsDefaults]
public sealed record MeshInsightTls
{
    /// <summary>By KRI of the issuer.</summary>
    public IReadOnlyDictionary<string, DataplaneStat>? IssuedBackends { get; init; }

    /// <summary>By KRI of a trust.</summary>
    public IReadOnlyDictionary<string, DataplaneStat>? SupportedBackends { get; init; }
}

/// <summary>Proxies by type.</summary>
[OmitsDefaults]
public sealed record MeshInsightTypes
{
    /// <summary>Beside an application.</summary>
    public DataplaneStat? Standard { get; init; }

    /// <summary>Gateways.</summary>
    public DataplaneStat? Gateway { get; init; }

    /// <summary>Beside a gateway of another product.</summary>
    public DataplaneStat? GatewayDelegated { get; init; }
}

/// <summary>Count of resources of a kind.</summary>
[OmitsDefaults]
public sealed record ResourceStat
{
    /// <summary>All.</summary>
    public uint Total { get; init; }
}
