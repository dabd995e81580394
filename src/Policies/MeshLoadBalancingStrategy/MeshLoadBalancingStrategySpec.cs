using Mesh.Model.Policies;
using Mesh.Model.Schema;
using Mesh.Model.Values;

namespace Mesh.Policies.MeshLoadBalancingStrategy;

/// <summary>Chooses among endpoints: how, and how near.</summary>
public sealed record MeshLoadBalancingStrategySpec : IOutboundPolicySpec
{
    /// <inheritdoc/>
    [Kinds("Mesh", "Dataplane")]
    public TargetRef? TargetRef { get; init; }

    /// <summary>Choices by destination.</summary>
    public IReadOnlyList<MeshLoadBalancingStrategyTo>? To { get; init; }

    IReadOnlyList<IOutboundEntry>? IOutboundPolicySpec.To => To;
}

/// <summary>Choice for one destination.</summary>
public sealed record MeshLoadBalancingStrategyTo : IOutboundEntry
{
    /// <inheritdoc/>
    [Mandatory]
    [Kinds("Mesh", "MeshService", "MeshExternalService", "MeshMultiZoneService", "MeshHTTPRoute")]
    public TargetRef? TargetRef { get; init; }

    /// <summary>The choice.</summary>
    public MeshLoadBalancingStrategyConf? Default { get; init; }

    object? IOutboundEntry.Conf => Default;
}

/// <summary>How endpoints are chosen.</summary>
public sealed record MeshLoadBalancingStrategyConf
{
    /// <summary>Near ones first.</summary>
    public LocalityAwareness? LocalityAwareness { get; init; }

    /// <summary>The algorithm.</summary>
    public LoadBalancer? LoadBalancer { get; init; }

    /// <summary>What is hashed, for RingHash and Maglev.</summary>
    public IReadOnlyList<HashPolicy>? HashPolicies { get; init; }
}

/// <summary>Near endpoints first.</summary>
public sealed record LocalityAwareness
{
    /// <summary>True treats all endpoints alike.</summary>
    public bool? Disabled { get; init; }

    /// <summary>Inside a zone.</summary>
    public LocalZone? LocalZone { get; init; }

    /// <summary>To other zones.</summary>
    public CrossZone? CrossZone { get; init; }
}

/// <summary>Nearness inside a zone.</summary>
public sealed record LocalZone
{
    /// <summary>Labels that near proxies share, the nearest first.</summary>
    public IReadOnlyList<AffinityTag>? AffinityTags { get; init; }
}

/// <summary>A label that near proxies share.</summary>
public sealed record AffinityTag
{
    /// <summary>Key of the label.</summary>
    [Mandatory]
    public string? Key { get; init; }

    /// <summary>Its weight; given for all or for none.</summary>
    public uint? Weight { get; init; }
}

/// <summary>Other zones.</summary>
public sealed record CrossZone
{
    /// <summary>Where traffic goes when a zone fails, in order.</summary>
    public IReadOnlyList<FailoverRule>? Failover { get; init; }

    /// <summary>When a zone counts as failing.</summary>
    public FailoverThreshold? FailoverThreshold { get; init; }
}

/// <summary>Where traffic goes when a zone fails.</summary>
public sealed record FailoverRule
{
    /// <summary>Zones it is about; null: all.</summary>
    public FailoverFrom? From { get; init; }

    /// <summary>Zones that take over.</summary>
    [Mandatory]
    public FailoverTo? To { get; init; }
}

/// <summary>Zones that fail.</summary>
public sealed record FailoverFrom
{
    /// <summary>Names of the zones.</summary>
    [Mandatory]
    public IReadOnlyList<string>? Zones { get; init; }
}

/// <summary>Zones that take over.</summary>
public sealed record FailoverTo
{
    /// <summary>One of the constants here.</summary>
    [Mandatory]
    [Values(None, Only, Any, AnyExcept)]
    public string? Type { get; init; }

    /// <summary>Names of the zones, for <c>Only</c> and <c>AnyExcept</c>.</summary>
    public IReadOnlyList<string>? Zones { get; init; }

    /// <summary>No zone.</summary>
    public const string None = "None";
    /// <summary>Only the named zones.</summary>
    public const string Only = "Only";
    /// <summary>Every zone.</summary>
    public const string Any = "Any";
    /// <summary>Every zone but the named ones.</summary>
    public const string AnyExcept = "AnyExcept";
}

/// <summary>When a zone counts as failing.</summary>
public sealed record FailoverThreshold
{
    /// <summary>Share of healthy endpoints in per cent below which traffic begins to leave. Default 50.</summary>
    [Mandatory]
    public IntOrString? Percentage { get; init; }
}

/// <summary>The algorithm. At most the field that <see cref="Type"/> names is set.</summary>
public sealed record LoadBalancer
{
    /// <summary>One of the constants here.</summary>
    [Mandatory]
    [Values(RoundRobinType, LeastRequestType, RingHashType, RandomType, MaglevType)]
    public string? Type { get; init; }

    /// <summary>Settings of RoundRobin.</summary>
    public RoundRobin? RoundRobin { get; init; }

    /// <summary>Settings of LeastRequest.</summary>
    public LeastRequest? LeastRequest { get; init; }

    /// <summary>Settings of RingHash.</summary>
    public RingHash? RingHash { get; init; }

    /// <summary>Settings of Random.</summary>
    public RandomChoice? Random { get; init; }

    /// <summary>Settings of Maglev.</summary>
    public Maglev? Maglev { get; init; }

    /// <summary>One after the other.</summary>
    public const string RoundRobinType = "RoundRobin";
    /// <summary>The one with the fewest requests.</summary>
    public const string LeastRequestType = "LeastRequest";
    /// <summary>By hash, on a ring.</summary>
    public const string RingHashType = "RingHash";
    /// <summary>By chance.</summary>
    public const string RandomType = "Random";
    /// <summary>By hash, in a table.</summary>
    public const string MaglevType = "Maglev";
}

/// <summary>Settings of RoundRobin: none.</summary>
public sealed record RoundRobin;

/// <summary>Settings of Random: none.</summary>
public sealed record RandomChoice;

/// <summary>Settings of LeastRequest.</summary>
public sealed record LeastRequest
{
    /// <summary>How many endpoints are compared. Default 2.</summary>
    [RangeOf(2)]
    public uint? ChoiceCount { get; init; }

    /// <summary>How much requests count against weight. Default 1.</summary>
    public IntOrString? ActiveRequestBias { get; init; }
}

/// <summary>Settings of RingHash.</summary>
public sealed record RingHash
{
    /// <summary><c>XXHash</c> (default) or <c>MurmurHash2</c>.</summary>
    [Values("XXHash", "MurmurHash2")]
    public string? HashFunction { get; init; }

    /// <summary>Least size of the ring. Default 1024.</summary>
    [RangeOf(1, 8_000_000)]
    public uint? MinRingSize { get; init; }

    /// <summary>Greatest size of the ring. Default 8,000,000.</summary>
    [RangeOf(1, 8_000_000)]
    public uint? MaxRingSize { get; init; }
}

/// <summary>Settings of Maglev.</summary>
public sealed record Maglev
{
    /// <summary>Size of the table, a prime. Default 65537.</summary>
    [RangeOf(1, 5_000_011)]
    public uint? TableSize { get; init; }
}

/// <summary>What is hashed. Exactly the field that <see cref="Type"/> names is set.</summary>
public sealed record HashPolicy
{
    /// <summary>One of the constants here.</summary>
    [Mandatory]
    [Values(HeaderType, CookieType, ConnectionType, QueryParameterType, FilterStateType)]
    public string? Type { get; init; }

    /// <summary>Later policies do not count when this one gives a hash.</summary>
    public bool? Terminal { get; init; }

    /// <summary>A header.</summary>
    public HashHeader? Header { get; init; }

    /// <summary>A cookie.</summary>
    public HashCookie? Cookie { get; init; }

    /// <summary>The connection.</summary>
    public HashConnection? Connection { get; init; }

    /// <summary>A parameter of the query.</summary>
    public HashQueryParameter? QueryParameter { get; init; }

    /// <summary>Something in Envoy's filter state.</summary>
    public HashFilterState? FilterState { get; init; }

    /// <summary>A header.</summary>
    public const string HeaderType = "Header";
    /// <summary>A cookie.</summary>
    public const string CookieType = "Cookie";
    /// <summary>The connection.</summary>
    public const string ConnectionType = "Connection";
    /// <summary>A parameter of the query.</summary>
    public const string QueryParameterType = "QueryParameter";
    /// <summary>Something in Envoy's filter state.</summary>
    public const string FilterStateType = "FilterState";
}

/// <summary>Hashes a header.</summary>
public sealed record HashHeader
{
    /// <summary>Name.</summary>
    [Mandatory]
    [Text(1)]
    public string? Name { get; init; }
}

/// <summary>Hashes a cookie.</summary>
public sealed record HashCookie
{
    /// <summary>Name.</summary>
    [Mandatory]
    [Text(1)]
    public string? Name { get; init; }

    /// <summary>Makes the cookie with this life when it is missing.</summary>
    public GoDuration? Ttl { get; init; }

    /// <summary>Path of a cookie made here.</summary>
    public string? Path { get; init; }
}

/// <summary>Hashes the connection.</summary>
public sealed record HashConnection
{
    /// <summary>Its source address.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("sourceIP")]
    public bool? SourceIp { get; init; }
}

/// <summary>Hashes a parameter of the query.</summary>
public sealed record HashQueryParameter
{
    /// <summary>Name.</summary>
    [Mandatory]
    [Text(1)]
    public string? Name { get; init; }
}

/// <summary>Hashes something in Envoy's filter state.</summary>
public sealed record HashFilterState
{
    /// <summary>Its key.</summary>
    [Mandatory]
    [Text(1)]
    public string? Key { get; init; }
}
