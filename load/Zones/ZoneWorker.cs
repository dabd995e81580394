using System.Buffers;
using System.Diagnostics;
using Mesh.Load.Fleets;
using Mesh.Load.Responses;
using Mesh.Load.Sockets;

namespace Mesh.Load.Zones;

/// <summary>A share of the zones on a thread of its own, and what it saw.</summary>
internal sealed class ZoneWorker(int number, Observations observations) : IZoneObserver, IDisposable
{
    private long _resources;
    private long _bytes;
    private long _asked;
    private long _receivers;
    private long _rejections;
    private long _lost;
    private long _lastActivity;

    public Reactor Reactor { get; } = new($"zones-{number}");

    /// <summary>Names and versions.</summary>
    public NameTable Names { get; } = new();

    /// <summary>Scratch of connections.</summary>
    public ArrayBufferWriter<byte> Output { get; } = new(64 * 1024);

    /// <summary>Scratch: one message.</summary>
    public ArrayBufferWriter<byte> Message { get; } = new(64 * 1024);

    /// <summary>Resources received.</summary>
    public long Resources => Volatile.Read(ref _resources);

    /// <summary>Bytes of messages received.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Bytes of Global's own requests: first of all the versions that it holds.</summary>
    public long Asked => Volatile.Read(ref _asked);

    /// <summary>Zones that received something since <see cref="Begin"/>.</summary>
    public long Receivers => Volatile.Read(ref _receivers);

    /// <summary>Refusals by Global.</summary>
    public long Rejections => Volatile.Read(ref _rejections);

    /// <summary>Streams that ended, not by us.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>When something last happened.</summary>
    public long LastActivity => Volatile.Read(ref _lastActivity);

    /// <summary>Why the last stream ended.</summary>
    public string? LastLoss { get; private set; }

    /// <summary>Begins to count receivers anew.</summary>
    public void Begin() => Volatile.Write(ref _receivers, 0);

    public void Dispose() => Reactor.Dispose();

    void IZoneObserver.Received(int zone, int resources, int bytes)
    {
        var now = Stopwatch.GetTimestamp();
        _resources += resources;
        _bytes += bytes;
        _receivers += resources > 0 && observations.Received(zone, now) ? 1 : 0;
        Volatile.Write(ref _lastActivity, now);
    }

    void IZoneObserver.Answered(int zone, bool isAccepted)
    {
        var now = Stopwatch.GetTimestamp();
        _rejections += isAccepted ? 0 : 1;
        observations.Answered(zone, now);
        Volatile.Write(ref _lastActivity, now);
    }

    void IZoneObserver.Asked(int bytes)
    {
        _asked += bytes;
        Volatile.Write(ref _lastActivity, Stopwatch.GetTimestamp());
    }

    void IZoneObserver.Lost(int zone, string reason)
    {
        LastLoss = $"{SimulatedZone.NameOf(zone)}: {reason}";
        Volatile.Write(ref _lost, _lost + 1);
    }
}
