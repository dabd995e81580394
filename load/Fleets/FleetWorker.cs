using System.Buffers;
using System.Diagnostics;
using HdrHistogram;
using Mesh.Load.Envoys;
using Mesh.Load.Sockets;

namespace Mesh.Load.Fleets;

/// <summary>A share of a fleet on a thread of its own, and what it saw. Counters are written by that thread and read by any.</summary>
internal sealed class FleetWorker : IEnvoyObserver, IDisposable
{
    private readonly Observations _observations;
    private long _open;
    private long _synced;
    private long _away;
    private long _lost;
    private long _refused;
    private long _ended;
    private long _retries;
    private long _reconnects;
    private long _responses;
    private long _resources;
    private long _bytes;
    private long _rejections;
    private long _receivers;
    private long _lastActivity;
    private long _lastSync;

    public FleetWorker(int number, Observations observations, Func<int, byte[]> nodeOf)
    {
        _observations = observations;
        Reactor = new Reactor($"fleet-{number}");
        Context = new EnvoyContext(nodeOf, this, Reactor.After, new Random(number));
    }

    public Reactor Reactor { get; }

    /// <summary>What its Envoys share.</summary>
    public EnvoyContext Context { get; }

    /// <summary>Scratch of its connections.</summary>
    public ArrayBufferWriter<byte> Output { get; } = new(64 * 1024);

    /// <summary>Ages of stamped resources on arrival, microseconds. Read when the fleet is quiet.</summary>
    public LongHistogram Ages { get; } = Observations.NewHistogram();

    /// <summary>Envoys that received something since <see cref="Begin"/>.</summary>
    public long Receivers => Volatile.Read(ref _receivers);

    /// <summary>When something last happened.</summary>
    public long LastActivity => Volatile.Read(ref _lastActivity);

    /// <summary>When the last Envoy got everything.</summary>
    public long LastSync => Volatile.Read(ref _lastSync);

    /// <summary>Why the last stream was lost, or could not be opened again.</summary>
    public string? LastLoss { get; private set; }

    /// <summary>What the server said when it last ended a stream whose connection lasts.</summary>
    public string? LastEnd { get; private set; }

    /// <summary>Counters now.</summary>
    public FleetTotals Totals => new()
    {
        Open = Volatile.Read(ref _open),
        Synced = Volatile.Read(ref _synced),
        Away = Volatile.Read(ref _away),
        Lost = Volatile.Read(ref _lost),
        Refused = Volatile.Read(ref _refused),
        Ended = Volatile.Read(ref _ended),
        Retries = Volatile.Read(ref _retries),
        Reconnects = Volatile.Read(ref _reconnects),
        Responses = Volatile.Read(ref _responses),
        Resources = Volatile.Read(ref _resources),
        Bytes = Volatile.Read(ref _bytes),
        Rejections = Volatile.Read(ref _rejections),
    };

    /// <summary>Begins to count receivers anew.</summary>
    public void Begin() => Volatile.Write(ref _receivers, 0);

    /// <summary>The streams were dropped by us.</summary>
    public void Dropped()
    {
        Volatile.Write(ref _open, 0);
        Volatile.Write(ref _away, 0);
        Volatile.Write(ref _synced, 0);
    }

    public void Dispose() => Reactor.Dispose();

    void IEnvoyObserver.Opened(int envoy)
    {
        Volatile.Write(ref _open, _open + 1);
        Volatile.Write(ref _lastActivity, Stopwatch.GetTimestamp());
    }

    void IEnvoyObserver.Coming() => Volatile.Write(ref _lastActivity, Stopwatch.GetTimestamp());

    void IEnvoyObserver.Received(int envoy, int resources, int bytes)
    {
        var now = Stopwatch.GetTimestamp();
        _responses++;
        _resources += resources;
        _bytes += bytes;
        _receivers += _observations.Received(envoy, now) ? 1 : 0;
        Volatile.Write(ref _lastActivity, now);
    }

    void IEnvoyObserver.Answered(int envoy, bool isAccepted)
    {
        _rejections += isAccepted ? 0 : 1;
        _observations.Answered(envoy, Stopwatch.GetTimestamp());
    }

    void IEnvoyObserver.Aged(long stamp)
    {
        var age = (long)Stopwatch.GetElapsedTime(stamp).TotalMicroseconds;
        Ages.RecordValue(Math.Clamp(age, 0, Ages.HighestTrackableValue));
    }

    void IEnvoyObserver.Synced(int envoy)
    {
        Volatile.Write(ref _synced, _synced + 1);
        Volatile.Write(ref _lastSync, Stopwatch.GetTimestamp());
    }

    void IEnvoyObserver.Ended(int envoy, bool wasAnswered, string reason)
    {
        LastEnd = reason;
        _refused += wasAnswered ? 0 : 1;
        _ended += wasAnswered ? 1 : 0;
        Volatile.Write(ref _away, _away + 1);
        Volatile.Write(ref _open, _open - 1);
    }

    void IEnvoyObserver.Lost(int envoy, bool wasOpen, string reason)
    {
        LastLoss = reason;
        _lost++;
        if (wasOpen)
        {
            Volatile.Write(ref _away, _away + 1);
            Volatile.Write(ref _open, _open - 1);
        }
    }

    void IEnvoyObserver.Failed(int envoy, string reason) => LastLoss = reason;

    void IEnvoyObserver.CameAgain(int envoy, bool wasLost)
    {
        _retries += wasLost ? 0 : 1;
        _reconnects += wasLost ? 1 : 0;
        Volatile.Write(ref _away, _away - 1);
    }
}
