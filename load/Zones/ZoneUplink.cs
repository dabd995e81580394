using System.Buffers;
using System.Diagnostics;
using Mesh.Load.Http2;
using Mesh.Load.Sockets;
using Mesh.Protocol.Kds;

namespace Mesh.Load.Zones;

/// <summary>The stream on which a zone sends: Global asks, so its requests come as responses of the call.</summary>
internal sealed class ZoneUplink : IGrpcHandler, IKdsSenderOwner, IDisposable
{
    private readonly SimulatedZone _zone;
    private readonly IZoneObserver _observer;
    private readonly Reactor _reactor;
    private readonly ArrayBufferWriter<byte> _scratch;
    private readonly KdsSender _sender;
    private readonly MessageJoiner _joiner = new();
    private GrpcStream? _stream;
    private bool _isDisposed;
    private int _subscribed;

    public ZoneUplink(SimulatedZone zone, IZoneObserver observer, Reactor reactor, ArrayBufferWriter<byte> scratch)
    {
        (_zone, _observer, _reactor, _scratch) = (zone, observer, reactor, scratch);
        _sender = new KdsSender(zone.Resources.Feed, "global", SimulatedZone.Options, this);
    }

    /// <summary>Resources that were sent, minus those of responses that are not answered.</summary>
    public int Delivered => _sender.Status().Where(type => !type.AwaitsAnswer).Sum(type => (int)type.Resources);

    /// <summary>Whether Global has asked for every type.</summary>
    public bool IsAsked => _subscribed >= SimulatedZone.SentTypes;

    public void Opened(GrpcStream stream) => _stream = stream;

    public void Received(ReadOnlySpan<byte> piece, int left)
    {
        if (_joiner.TryJoin(piece, left, out var message))
        {
            _observer.Asked(message.Length);
            _sender.Receive(message.Span, Now);
            _joiner.Forget();
            Write();
        }
    }

    public void Ended(string reason)
    {
        _joiner.Forget();
        _observer.Lost(_zone.Number, reason);
    }

    public void FeedChanged() => _reactor.Post(Write);

    public void Subscribed(string type) => _subscribed++;

    public void Sent(string type, int resources, int removed, int bytes)
    {
    }

    public void Accepted(string type) => _observer.Answered(_zone.Number, isAccepted: true);

    public void Rejected(string type, string message)
    {
        Console.Error.WriteLine($"{_zone.Name}: {type}: {message}");
        _observer.Answered(_zone.Number, isAccepted: false);
    }

    public void TooLarge(string type, string? name, int bytes) => Console.Error.WriteLine($"{_zone.Name}: {type} {name}: {bytes} bytes are too large");

    public void Dispose()
    {
        _isDisposed = true;
        _sender.Dispose();
    }

    private static long Now => (long)Stopwatch.GetElapsedTime(0).TotalMilliseconds;

    private void Write()
    {
        while (!_isDisposed && _stream is not null && _sender.TryWrite(_scratch, Now))
        {
            _stream.Send(_scratch.WrittenSpan);
            _scratch.ResetWrittenCount();
        }
    }
}
