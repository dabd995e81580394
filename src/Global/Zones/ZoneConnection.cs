using Mesh.Model.Kinds;

namespace Mesh.Global.Zones;

/// <summary>
/// One connection of a zone's control plane with the streams that it opened. It lives as long as one of them does. Safe for
/// concurrent use.
/// </summary>
public sealed class ZoneConnection
{
    /// <summary>Faults of a type that are shown.</summary>
    public const int MostFaultsPerType = 100;

    private readonly Lock _lock = new();
    private readonly ZoneTracker _tracker;
    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<ZoneStreamKind, (int Count, DateTimeOffset Since)> _streams = [];
    private readonly SortedDictionary<string, Counts> _counts = new(StringComparer.Ordinal);
    private readonly SortedDictionary<(string Direction, string Type), IReadOnlyList<KdsFault>> _faults = [];
    private ZoneDescription? _description;
    private DateTimeOffset? _lastChange;
    private uint _generation;

    internal ZoneConnection(ZoneTracker tracker, ZoneHello hello, string key, DateTimeOffset since)
    {
        _tracker = tracker;
        Hello = hello;
        Key = key;
        Since = since;
    }

    /// <summary>What the zone showed.</summary>
    public ZoneHello Hello { get; }

    /// <summary>Name of the zone.</summary>
    public string Zone => Hello.Zone;

    /// <summary>Unique id, as shown in the zone's insight.</summary>
    public string Id { get; } = Guid.NewGuid().ToString();

    /// <summary>Completes when Global ends the connection, with the reason. Never faults; does not complete when the zone ends it.</summary>
    public Task<string> Ended => _ended.Task;

    /// <summary>Why Global ended it; null: it did not.</summary>
    public string? EndReason => _ended.Task.IsCompletedSuccessfully ? _ended.Task.Result : null;

    /// <summary>What its first request told; null: nothing yet.</summary>
    public ZoneDescription? Description
    {
        get
        {
            lock (_lock)
            {
                return _description;
            }
        }
    }

    internal string Key { get; }

    internal DateTimeOffset Since { get; }

    /// <summary>Grows with everything that an insight shows of it.</summary>
    internal long Changes { get; private set; }

    internal bool IsOpen
    {
        get
        {
            lock (_lock)
            {
                return _streams.Count > 0;
            }
        }
    }

    /// <summary>A stream of it opened.</summary>
    internal ZoneStream Open(ZoneStreamKind kind)
    {
        var now = _tracker.Now;
        Change(() => _streams[kind] = _streams.TryGetValue(kind, out var open) ? (open.Count + 1, now) : (1, now));
        return new ZoneStream(this, kind);
    }

    /// <summary>It told about itself.</summary>
    public void Describe(ZoneDescription description)
    {
        Change(() => _description = description);
        _tracker.Described(this, description);
        _tracker.Changed(isUrgent: true);
    }

    /// <summary>Responses were sent to it, or answered by it.</summary>
    /// <param name="type">Kind of resource.</param>
    /// <param name="sent">How many were sent.</param>
    /// <param name="accepted">How many it accepted.</param>
    /// <param name="refused">How many it refused.</param>
    public void Count(string type, int sent = 0, int accepted = 0, int refused = 0)
    {
        Change(() =>
        {
            var before = _counts.GetValueOrDefault(type);
            _counts[type] = new Counts(before.Sent + (ulong)sent, before.Accepted + (ulong)accepted, before.Refused + (ulong)refused);
            _lastChange = _tracker.Now;
        });
        _tracker.Changed(isUrgent: false);
    }

    /// <summary>What one side does not take of one type in one direction, replacing what was said before; empty: nothing is amiss.</summary>
    /// <returns>Whether it differs from what was said before.</returns>
    public bool ReportFaults(string direction, string type, IReadOnlyList<KdsFault> faults)
    {
        ArgumentNullException.ThrowIfNull(faults);
        lock (_lock)
        {
            var known = _faults.GetValueOrDefault((direction, type), []);
            if (known.SequenceEqual(faults))
            {
                return false;
            }

            if (faults.Count == 0)
            {
                _faults.Remove((direction, type));
            }
            else
            {
                _faults[(direction, type)] = [.. faults.Take(MostFaultsPerType)];
            }

            _lastChange = _tracker.Now;
            Changes++;
        }

        _tracker.Changed(isUrgent: true);
        return true;
    }

    /// <summary>It gave a sign of health.</summary>
    public void Touch() => _tracker.Touched(this);

    /// <summary>Ends all its streams.</summary>
    public void End(string reason) => _ended.TrySetResult(reason);

    internal KdsSubscription ToSubscription(string globalInstanceId, DateTimeOffset? disconnectTime)
    {
        lock (_lock)
        {
            var total = default(Counts);
            foreach (var counts in _counts.Values)
            {
                total = new Counts(total.Sent + counts.Sent, total.Accepted + counts.Accepted, total.Refused + counts.Refused);
            }

            return new KdsSubscription
            {
                Id = Id,
                GlobalInstanceId = globalInstanceId,
                ConnectTime = Since,
                DisconnectTime = disconnectTime,
                Status = new KdsSubscriptionStatus
                {
                    LastUpdateTime = _lastChange ?? Since,
                    Total = total.ToStats(),
                    Stat = _counts.ToDictionary(pair => pair.Key, pair => pair.Value.ToStats()),
                    Faults = _faults.Count == 0 ? null : [.. _faults.Values.SelectMany(list => list)],
                },
                Version = new ZoneVersion { KumaCp = _description?.Version ?? new KumaCpVersion { Version = Hello.Version } },
                Generation = _generation,
                Config = _description?.Config is { Length: > 0 } config ? config : null,
                AuthTokenProvided = Hello.IsTokenProvided,
                ZoneInstanceId = _description?.InstanceId,
                ZoneStoreId = Hello.StoreId.Length > 0 ? Hello.StoreId : null,
            };
        }
    }

    internal KdsStream? StreamOf(ZoneStreamKind kind, string globalInstanceId)
    {
        lock (_lock)
        {
            return _streams.TryGetValue(kind, out var open) ? new KdsStream { GlobalInstanceId = globalInstanceId, ConnectTime = open.Since } : null;
        }
    }

    internal void Close(ZoneStreamKind kind)
    {
        Change(() =>
        {
            var (count, since) = _streams[kind];
            if (count > 1)
            {
                _streams[kind] = (count - 1, since);
            }
            else
            {
                _streams.Remove(kind);
            }
        });
        _tracker.Closed(this);
        _tracker.Changed(isUrgent: true);
    }

    private void Change(Action change)
    {
        lock (_lock)
        {
            change();
            _generation++;
            Changes++;
        }
    }

    private readonly record struct Counts(ulong Sent, ulong Accepted, ulong Refused)
    {
        public KdsServiceStats ToStats() => new() { ResponsesSent = Sent, ResponsesAcknowledged = Accepted, ResponsesRejected = Refused };
    }
}
