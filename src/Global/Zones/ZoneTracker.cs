using Mesh.Model.Kinds;
using Mesh.Model.Stores;
using Microsoft.Extensions.Logging;

namespace Mesh.Global.Zones;

/// <summary>One zone: who holds its name, its connections, and what its ZoneInsight says of them. Safe for concurrent use.</summary>
internal sealed class ZoneTracker : IAsyncDisposable
{
    private readonly string _zone;
    private readonly ZoneRegistryOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly InsightFlush _flush;
    private readonly ITimer _health;

    // Guarded by _lock.
    private readonly Lock _lock = new();
    private readonly List<ZoneConnection> _open = [];
    private List<KdsSubscription> _past;
    private string _storeId;
    private DateTimeOffset _lastSeen;
    private DateTimeOffset? _healthTime;
    private long _pastChanges;

    /// <summary>A zone that is not connected.</summary>
    /// <param name="insight">What is stored of it; null: nothing. Connections that it calls open were lost with an earlier process.</param>
    public ZoneTracker(string zone, ZoneInsightSpec? insight, IResourceStore store, TimeProvider clock, ZoneRegistryOptions options, ILogger logger)
    {
        _zone = zone;
        _clock = clock;
        _options = options;
        _logger = logger;
        _lastSeen = clock.GetUtcNow();
        _healthTime = insight?.HealthCheck?.Time;
        _past = [.. (insight?.Subscriptions ?? []).Select(s => s.DisconnectTime is null ? s with { DisconnectTime = _lastSeen } : s)];
        _past = [.. ConfigOnce(_past)];
        _storeId = _past.Count > 0 ? _past[^1].ZoneStoreId ?? "" : "";
        _flush = new InsightFlush(zone, store, clock, options.FlushInterval, Snapshot, logger);
        _health = clock.CreateTimer(_ => CheckHealth(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (insight?.Subscriptions?.Any(s => s.DisconnectTime is null) == true || insight?.KdsStreams is not null)
        {
            _pastChanges++;
            Changed(isUrgent: true);
        }
    }

    public DateTimeOffset Now => _clock.GetUtcNow();

    /// <summary>The newest connection; null: the zone is offline.</summary>
    public ZoneConnection? Newest
    {
        get
        {
            lock (_lock)
            {
                return _open.Count > 0 ? _open[^1] : null;
            }
        }
    }

    /// <summary>Checks whether a zone may have the name now.</summary>
    /// <exception cref="ZoneRefusedException">Another store holds it.</exception>
    public void DemandName(ZoneHello hello)
    {
        lock (_lock)
        {
            DemandNameLocked(hello);
        }
    }

    /// <summary>Takes a stream into its connection, a new one if it is the first of it.</summary>
    /// <exception cref="ZoneRefusedException">Another store holds the name.</exception>
    public ZoneStream Admit(ZoneHello hello, string key, ZoneStreamKind kind)
    {
        ZoneStream stream;
        lock (_lock)
        {
            DemandNameLocked(hello);
            stream = ConnectionOf(hello, key).Open(kind);
        }

        Changed(isUrgent: true);
        return stream;
    }

    /// <summary>The Zone was deleted: nothing is known of it, and its connections end. What comes then is a new zone.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            _past = [];
            _healthTime = null;
            _pastChanges++;
            if (_open.Count == 0)
            {
                _storeId = "";
            }
        }

        EndAll("the Zone was deleted");
    }

    /// <summary>Something that the insight shows changed.</summary>
    public void Changed(bool isUrgent) => _flush.Ask(isUrgent);

    public void Described(ZoneConnection connection, ZoneDescription description) =>
        ZonesLog.Connected(_logger, _zone, description.InstanceId, description.Version?.Version ?? connection.Hello.Version);

    public void Touched(ZoneConnection connection)
    {
        lock (_lock)
        {
            _healthTime = _lastSeen = Now;
            _pastChanges++;
            if (_options.HealthTimeout > TimeSpan.Zero && _open.Contains(connection))
            {
                _health.Change(_options.HealthTimeout, Timeout.InfiniteTimeSpan);
            }
        }

        Changed(isUrgent: false);
    }

    /// <summary>The last stream of a connection ended.</summary>
    public void Closed(ZoneConnection connection)
    {
        lock (_lock)
        {
            if (connection.IsOpen || !_open.Remove(connection))
            {
                return;
            }

            _lastSeen = Now;
            _past.Add(connection.ToSubscription(_options.InstanceId, Now));
            _past = [.. ConfigOnce(_past).Skip(Math.Max(0, _past.Count - _options.SubscriptionLimit))];
            _pastChanges += connection.Changes + 1;
            if (_open.Count == 0)
            {
                ZonesLog.Offline(_logger, _zone, connection.EndReason ?? "its connection ended");
            }
        }
    }

    /// <summary>Ends every connection.</summary>
    public void EndAll(string reason)
    {
        List<ZoneConnection> open;
        lock (_lock)
        {
            open = [.. _open];
        }

        foreach (var connection in open)
        {
            connection.End(reason);
        }
    }

    /// <summary>Writes what is left to write and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        await _health.DisposeAsync().ConfigureAwait(false);
        await _flush.DisposeAsync().ConfigureAwait(false);
    }

    private ZoneConnection ConnectionOf(ZoneHello hello, string key)
    {
        if (_open.Find(c => c.Key == key && c.EndReason is null) is { } known)
        {
            return known;
        }

        if (_storeId != hello.StoreId)
        {
            if (_storeId.Length > 0)
            {
                ZonesLog.TakenOver(_logger, _zone, _storeId, hello.StoreId);
            }

            _storeId = hello.StoreId;
        }

        var connection = new ZoneConnection(this, hello, key, Now);
        _open.Add(connection);
        _lastSeen = Now;
        if (_options.HealthTimeout > TimeSpan.Zero)
        {
            _health.Change(_options.HealthTimeout, Timeout.InfiniteTimeSpan);
        }

        return connection;
    }

    /// <summary>A zone is its name and its store: another instance of it may come, another zone may not.</summary>
    private void DemandNameLocked(ZoneHello hello)
    {
        if (_storeId == hello.StoreId)
        {
            return;
        }

        if (_open.Count > 0)
        {
            throw new ZoneRefusedException(
                $"zone {_zone} is connected already from another store ({Shown(_storeId)}, instance {Shown(_open[^1].Description?.InstanceId)}); "
                + $"this one is {Shown(hello.StoreId)}. Give one of both another name, or stop the other and wait {_options.TakeoverDelay.TotalSeconds:0} s");
        }

        var free = _lastSeen + _options.TakeoverDelay;
        if (_storeId.Length > 0 && Now < free)
        {
            throw new ZoneRefusedException(
                $"zone {_zone} belongs to another store ({Shown(_storeId)}) that was seen at {_lastSeen:u}; this one ({Shown(hello.StoreId)}) may take the name from {free:u} on if the other stays away");
        }
    }

    /// <summary>A zone's settings are long and seldom change: of the connections that ended the last one that told them shows them.</summary>
    private static IEnumerable<KdsSubscription> ConfigOnce(List<KdsSubscription> past)
    {
        var last = past.FindLastIndex(subscription => subscription.Config is not null);
        return past.Select((subscription, i) => i == last || subscription.Config is null ? subscription : subscription with { Config = null });
    }

    private static string Shown(string? id) => string.IsNullOrEmpty(id) ? "unknown" : id;

    private void CheckHealth()
    {
        if (_options.HealthTimeout > TimeSpan.Zero)
        {
            EndAll($"no report of health for {_options.HealthTimeout.TotalSeconds:0} s");
        }
    }

    /// <summary>What there is to write now, and a number that grows when it changes.</summary>
    private (ZoneInsightSpec Spec, long Changes) Snapshot()
    {
        lock (_lock)
        {
            // First: what a connection tells from here on is to be written again, also if it is in what follows already.
            var changes = _pastChanges + _open.Sum(c => c.Changes);
            var newest = _open.Count > 0 ? _open[^1] : null;
            var open = _open.Select(c => c.ToSubscription(_options.InstanceId, null));
            var all = _past.Concat(open).ToList();
            KdsStream? Stream(ZoneStreamKind kind) => newest?.StreamOf(kind, _options.InstanceId);
            var streams = new KdsStreams
            {
                Clusters = Stream(ZoneStreamKind.Clusters),
                ConfigDump = Stream(ZoneStreamKind.ConfigDump),
                Stats = Stream(ZoneStreamKind.Stats),
                GlobalToZone = Stream(ZoneStreamKind.GlobalToZone),
                ZoneToGlobal = Stream(ZoneStreamKind.ZoneToGlobal),
            };
            var spec = new ZoneInsightSpec
            {
                Subscriptions = [.. all.Skip(Math.Max(0, all.Count - _options.SubscriptionLimit))],
                KdsStreams = newest is null ? null : streams,
                EnvoyAdminStreams = newest is null ? null : new EnvoyAdminStreams
                {
                    ConfigDumpGlobalInstanceId = streams.ConfigDump?.GlobalInstanceId,
                    StatsGlobalInstanceId = streams.Stats?.GlobalInstanceId,
                    ClustersGlobalInstanceId = streams.Clusters?.GlobalInstanceId,
                },
                HealthCheck = _healthTime is null ? null : new ZoneHealthCheck { Time = _healthTime },
            };
            return (spec, changes);
        }
    }
}
