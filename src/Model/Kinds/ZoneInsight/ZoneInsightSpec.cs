using System.Text.Json.Serialization;
using Mesh.Model.Schema;

namespace Mesh.Model.Kinds;

/// <summary>What Global saw of one zone (contract §1.3).</summary>
[OmitsDefaults]
public sealed record ZoneInsightSpec
{
    /// <summary>Its connections, the newest last.</summary>
    public IReadOnlyList<KdsSubscription>? Subscriptions { get; init; }

    /// <summary>Instances that hold its admin streams; superseded by <see cref="KdsStreams"/>.</summary>
    public EnvoyAdminStreams? EnvoyAdminStreams { get; init; }

    /// <summary>Its last sign of life.</summary>
    public ZoneHealthCheck? HealthCheck { get; init; }

    /// <summary>Its streams.</summary>
    public KdsStreams? KdsStreams { get; init; }
}

/// <summary>One connection of a zone to Global.</summary>
[OmitsDefaults]
public sealed record KdsSubscription
{
    /// <summary>Unique id of the connection.</summary>
    public string? Id { get; init; }

    /// <summary>Instance of Global.</summary>
    public string? GlobalInstanceId { get; init; }

    /// <summary>When it began.</summary>
    public DateTimeOffset? ConnectTime { get; init; }

    /// <summary>When it ended; null: it lasts.</summary>
    public DateTimeOffset? DisconnectTime { get; init; }

    /// <summary>What was sent over it.</summary>
    public KdsSubscriptionStatus? Status { get; init; }

    /// <summary>Version of the zone's control plane.</summary>
    public ZoneVersion? Version { get; init; }

    /// <summary>Grows with each update.</summary>
    public uint Generation { get; init; }

    /// <summary>The zone's configuration, as JSON text.</summary>
    public string? Config { get; init; }

    /// <summary>The zone showed a token.</summary>
    public bool AuthTokenProvided { get; init; }

    /// <summary>Instance of the zone's control plane.</summary>
    public string? ZoneInstanceId { get; init; }

    /// <summary>Id of the zone's store, by which two zones of one name are told apart. Ours: other clients ignore it.</summary>
    public string? ZoneStoreId { get; init; }
}

/// <summary>Counts of responses.</summary>
[OmitsDefaults]
public sealed record KdsSubscriptionStatus
{
    /// <summary>When it last changed.</summary>
    public DateTimeOffset? LastUpdateTime { get; init; }

    /// <summary>All kinds.</summary>
    public KdsServiceStats? Total { get; init; }

    /// <summary>By kind.</summary>
    public IReadOnlyDictionary<string, KdsServiceStats>? Stat { get; init; }

    /// <summary>What one of both sides has not taken, and why; null or empty: nothing. Ours: other clients ignore it.</summary>
    public IReadOnlyList<KdsFault>? Faults { get; init; }
}

/// <summary>One thing that a control plane sent and the other did not take. It stands here until it is taken or withdrawn.</summary>
[OmitsDefaults]
public sealed record KdsFault
{
    /// <summary><c>GlobalToZone</c> or <c>ZoneToGlobal</c>.</summary>
    public string? Direction { get; init; }

    /// <summary>Kind of resource, e.g. <c>MeshTimeout</c>.</summary>
    public string? Type { get; init; }

    /// <summary>The resource; null: the whole response was refused.</summary>
    public string? Name { get; init; }

    /// <summary>Why, for a person to read.</summary>
    public string? Reason { get; init; }
}

/// <summary>Counts of responses. Written as text, as 64-bit numbers are.</summary>
[OmitsDefaults]
[JsonNumberHandling(JsonNumberHandling.AllowReadingFromString | JsonNumberHandling.WriteAsString)]
public sealed record KdsServiceStats
{
    /// <summary>Sent.</summary>
    public ulong ResponsesSent { get; init; }

    /// <summary>Accepted.</summary>
    public ulong ResponsesAcknowledged { get; init; }

    /// <summary>Refused.</summary>
    public ulong ResponsesRejected { get; init; }
}

/// <summary>Version of a zone's control plane.</summary>
[OmitsDefaults]
public sealed record ZoneVersion
{
    /// <summary>The control plane.</summary>
    public KumaCpVersion? KumaCp { get; init; }
}

/// <summary>Version of a control plane.</summary>
[OmitsDefaults]
public sealed record KumaCpVersion
{
    /// <summary>Version.</summary>
    public string? Version { get; init; }

    /// <summary>Tag of its source.</summary>
    public string? GitTag { get; init; }

    /// <summary>Commit of its source.</summary>
    public string? GitCommit { get; init; }

    /// <summary>When it was built.</summary>
    public string? BuildDate { get; init; }

    /// <summary>It fits Global.</summary>
    public bool KumaCpGlobalCompatible { get; init; }
}

/// <summary>Last sign of life of a zone.</summary>
[OmitsDefaults]
public sealed record ZoneHealthCheck
{
    /// <summary>When.</summary>
    public DateTimeOffset? Time { get; init; }
}

/// <summary>Streams of a zone.</summary>
[OmitsDefaults]
public sealed record KdsStreams
{
    /// <summary>Clusters of proxies.</summary>
    public KdsStream? Clusters { get; init; }

    /// <summary>Configurations of proxies.</summary>
    public KdsStream? ConfigDump { get; init; }

    /// <summary>Statistics of proxies.</summary>
    public KdsStream? Stats { get; init; }

    /// <summary>Resources from Global.</summary>
    public KdsStream? GlobalToZone { get; init; }

    /// <summary>Resources to Global.</summary>
    public KdsStream? ZoneToGlobal { get; init; }
}

/// <summary>One stream.</summary>
[OmitsDefaults]
public sealed record KdsStream
{
    /// <summary>Instance of Global that holds it.</summary>
    public string? GlobalInstanceId { get; init; }

    /// <summary>When it began.</summary>
    public DateTimeOffset? ConnectTime { get; init; }
}

/// <summary>Instances that hold the admin streams of a zone.</summary>
[OmitsDefaults]
public sealed record EnvoyAdminStreams
{
    /// <summary>For configurations.</summary>
    public string? ConfigDumpGlobalInstanceId { get; init; }

    /// <summary>For statistics.</summary>
    public string? StatsGlobalInstanceId { get; init; }

    /// <summary>For clusters.</summary>
    public string? ClustersGlobalInstanceId { get; init; }
}
