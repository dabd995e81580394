using System.Buffers;
using Mesh.Load.Http2;
using Mesh.Load.Sockets;
using Mesh.Protocol.Kds;

namespace Mesh.Load.Zones;

/// <summary>The stream on which a zone receives: it asks for every type with what it holds, and accepts everything.</summary>
internal sealed class ZoneDownlink(SimulatedZone zone, IZoneObserver observer, Reactor reactor, ArrayBufferWriter<byte> scratch) : IGrpcHandler
{
    private readonly KdsReceiver _receiver = new(zone.Name, SimulatedZone.Node, SimulatedZone.Options);
    private readonly MessageJoiner _joiner = new();
    private GrpcStream? _stream;

    public void Opened(GrpcStream stream)
    {
        _stream = stream;
        foreach (var type in SimulatedZone.ReceivedTypes)
        {
            _receiver.Ask(type, zone.Held(type));
        }

        Write();
    }

    public void Received(ReadOnlySpan<byte> piece, int left)
    {
        if (!_joiner.TryJoin(piece, left, out var message))
        {
            return;
        }

        var delivery = _receiver.Receive(message);
        var held = zone.Held(delivery.Type);
        if (delivery.IsFullSet)
        {
            held.Clear();
        }

        foreach (var resource in delivery.Resources)
        {
            held.Set(resource.Name, resource.Version);
        }

        foreach (var name in delivery.Removed)
        {
            held.Remove(name);
        }

        _joiner.Forget();
        observer.Received(zone.Number, delivery.Resources.Count + delivery.Removed.Count, message.Length);
        _receiver.Accept(delivery);
        Write();
    }

    public void Ended(string reason)
    {
        _joiner.Forget();
        observer.Lost(zone.Number, reason);
    }

    /// <summary>One message at a time: a zone that reports a hundred thousand versions must not keep the others of its thread from answering pings.</summary>
    private void Write()
    {
        if (_stream is { HasEnded: false } stream && _receiver.TryWrite(scratch))
        {
            stream.Send(scratch.WrittenSpan);
            scratch.ResetWrittenCount();
            reactor.Post(Write);
        }
    }
}
