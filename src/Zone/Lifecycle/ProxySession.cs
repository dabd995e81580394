using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Model.Kinds;
using Mesh.Model.Text;
using Mesh.Zone.Ingest;

namespace Mesh.Zone.Lifecycle;

/// <summary>One stream of a proxy, from its opening to its end. Safe for concurrent use; nothing here waits.</summary>
public sealed class ProxySession
{
    private const int LongestMetadata = 64 * 1024;
    private static readonly int _kinds = System.Enum.GetValues<ResponseKind>().Length;

    private readonly Lock _lock = new();
    private readonly ProxyLifecycle _owner;
    private readonly string _instanceId;
    private readonly ulong[] _accepted = new ulong[_kinds];
    private readonly ulong[] _rejected = new ulong[_kinds];
    private DateTimeOffset _updatedAt;
    private DateTimeOffset? _endedAt;
    private ProxyVersion? _version;
    private JsonElement? _metadata;

    internal ProxySession(ProxyLifecycle owner, ProxyArrival arrival, string instanceId, DateTimeOffset now)
    {
        _owner = owner;
        _instanceId = instanceId;
        Proxy = arrival.Proxy;
        BroughtDataplane = arrival.BroughtDataplane;
        ConnectedAt = now;
        _updatedAt = now;
        Take(arrival.Metadata);
    }

    /// <summary>Which proxy.</summary>
    public ProxyKey Proxy { get; }

    /// <summary>Id of the subscription in the proxy's insight.</summary>
    public string Id { get; } = Guid.NewGuid().ToString();

    internal bool BroughtDataplane { get; }

    /// <summary>The proxy's; null until it is connected.</summary>
    internal ProxyRecord? Record { get; set; }

    internal DateTimeOffset ConnectedAt { get; }

    internal JsonElement? Metadata
    {
        get
        {
            lock (_lock)
            {
                return _metadata;
            }
        }
    }

    /// <summary>The proxy accepted a response.</summary>
    public void Accepted(ResponseKind kind) => Count(_accepted, kind);

    /// <summary>The proxy rejected a response.</summary>
    public void Rejected(ResponseKind kind) => Count(_rejected, kind);

    /// <summary>The proxy sent other metadata.</summary>
    public void MetadataChanged(Struct? metadata)
    {
        Take(metadata);
        _owner.Touch(this);
    }

    /// <summary>The stream ended. The first call counts.</summary>
    public void Ended(StreamEnding ending)
    {
        lock (_lock)
        {
            if (_endedAt is not null)
            {
                return;
            }

            _endedAt = _owner.Now;
        }

        _owner.Ended(this, ending);
    }

    internal DiscoverySubscription ToSubscription()
    {
        lock (_lock)
        {
            return new DiscoverySubscription
            {
                Id = Id,
                ControlPlaneInstanceId = _instanceId,
                ConnectTime = ConnectedAt,
                DisconnectTime = _endedAt,
                Version = _version,
                Status = new DiscoverySubscriptionStatus
                {
                    LastUpdateTime = _updatedAt,
                    Total = Stats(_accepted.Aggregate(0UL, (sum, count) => sum + count), _rejected.Aggregate(0UL, (sum, count) => sum + count)),
                    Cds = StatsOf(ResponseKind.Cluster),
                    Eds = StatsOf(ResponseKind.Endpoint),
                    Lds = StatsOf(ResponseKind.Listener),
                    Rds = StatsOf(ResponseKind.Route),
                },
            };
        }
    }

    private static DiscoveryServiceStats Stats(ulong accepted, ulong rejected) =>
        new() { ResponsesSent = accepted + rejected, ResponsesAcknowledged = accepted, ResponsesRejected = rejected };

    private DiscoveryServiceStats StatsOf(ResponseKind kind) => Stats(_accepted[(int)kind], _rejected[(int)kind]);

    private void Count(ulong[] counts, ResponseKind kind)
    {
        lock (_lock)
        {
            counts[(int)kind]++;
            _updatedAt = _owner.Now;
        }

        _owner.Touch(this);
    }

    private void Take(Struct? metadata)
    {
        var json = metadata is null || metadata.CalculateSize() > LongestMetadata ? null : JsonOf(metadata);
        var version = json is null ? null : VersionOf(json.Value);
        lock (_lock)
        {
            _metadata = json;
            _version = version;
        }
    }

    /// <summary>What a proxy says of itself; null: a part of it is nothing (a value of no kind), or lies deeper than anybody reads.</summary>
    private static JsonElement? JsonOf(Struct metadata)
    {
        try
        {
            using var document = JsonDocument.Parse(JsonFormatter.Default.Format(metadata));
            return document.RootElement.Clone();
        }
        catch (Exception unreadable) when (unreadable is InvalidOperationException or JsonException)
        {
            return null;
        }
    }

    private static ProxyVersion? VersionOf(JsonElement metadata)
    {
        try
        {
            return metadata.TryGetProperty("version", out var version) ? version.Deserialize<ProxyVersion>(ModelJson.Options) : null;
        }
        catch (JsonException)
        {
            // It only fills a column in lists.
            return null;
        }
    }
}
