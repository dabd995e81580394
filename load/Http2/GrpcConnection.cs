using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Mesh.Load.Sockets;

namespace Mesh.Load.Http2;

/// <summary>
/// The client's side of HTTP/2 for long gRPC calls, and no more: the windows of both sides, settings, pings and ends. What one
/// call of <see cref="Received"/> has to say goes out as one write. It holds a few hundred bytes when nothing happens.
/// </summary>
internal sealed class GrpcConnection : ILinkHandler
{
    private const int Window = 256 * 1024 * 1024;
    private const int DefaultWindow = 65_535;

    private readonly byte[] _call;
    private readonly IReadOnlyList<IGrpcHandler> _handlers;
    private readonly ArrayBufferWriter<byte> _output;
    private readonly Action<GrpcConnection, string?> _changed;
    private readonly List<GrpcStream> _streams = [];
    private readonly byte[] _header = new byte[Frames.HeaderSize];
    private ILink? _link;
    private int _headerLength;
    private int _payloadLeft;
    private byte[]? _payload;
    private int _payloadLength;
    private GrpcStream? _dataStream;
    private long _sendWindow = DefaultWindow;
    private long _streamWindow = DefaultWindow;
    private int _unacknowledged;
    private bool _isInCall;
    private bool _wasAnswered;

    /// <param name="call">Header block of the calls.</param>
    /// <param name="handlers">One call each.</param>
    /// <param name="output">Scratch of the reactor, empty between events.</param>
    /// <param name="changed">Told when the server has answered (null) and when the connection ended (why).</param>
    public GrpcConnection(byte[] call, IReadOnlyList<IGrpcHandler> handlers, ArrayBufferWriter<byte> output, Action<GrpcConnection, string?> changed)
    {
        _call = call;
        _handlers = handlers;
        _output = output;
        _changed = changed;
    }

    /// <summary>Bytes that came, frames included.</summary>
    public long ReceivedBytes { get; private set; }

    public void Opened(ILink link)
    {
        _link = link;
        _isInCall = true;
        _output.Write(Frames.Preface);
        Span<byte> settings = stackalloc byte[6];
        BinaryPrimitives.WriteUInt16BigEndian(settings, Frames.InitialWindowSize);
        BinaryPrimitives.WriteInt32BigEndian(settings[2..], Window);
        WriteFrame(Frames.Settings, 0, 0, settings);
        WriteWindow(0, Window - DefaultWindow);
        for (var i = 0; i < _handlers.Count; i++)
        {
            var stream = new GrpcStream(this, 1 + (2 * i), _handlers[i]) { SendWindow = _streamWindow };
            _streams.Add(stream);
            WriteFrame(Frames.Headers, Frames.EndHeaders, stream.Id, _call);
            _handlers[i].Opened(stream);
        }

        _isInCall = false;
        Flush();
    }

    public void Received(ReadOnlySpan<byte> bytes)
    {
        ReceivedBytes += bytes.Length;
        _isInCall = true;
        while (!bytes.IsEmpty && _link is not null)
        {
            bytes = _headerLength < Frames.HeaderSize ? TakeHeader(bytes) : TakePayload(bytes);
        }

        _isInCall = false;
        Flush();
    }

    public void Closed(string reason)
    {
        _link = null;
        Forget();
        foreach (var stream in _streams)
        {
            EndStream(stream, reason);
        }

        _changed(this, reason);
    }

    /// <summary>Stops or goes on reading.</summary>
    public void SetReading(bool reads) => _link?.SetReading(reads);

    /// <summary>Drops the connection as a process that ends does. Handlers are not told.</summary>
    public void Close()
    {
        _link?.Close();
        _link = null;
        Forget();
        foreach (var stream in _streams)
        {
            stream.Forget();
        }
    }

    internal void Send(GrpcStream stream, ReadOnlySpan<byte> message)
    {
        if (_link is null || stream.HasEnded)
        {
            return;
        }

        var total = 5 + message.Length;
        if (stream.IsWaiting || total > Math.Min(_sendWindow, stream.SendWindow))
        {
            var framed = new byte[total];
            BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), message.Length);
            message.CopyTo(framed.AsSpan(5));
            stream.Waiting.Enqueue(framed);
            SendWaiting(stream);
        }
        else
        {
            Span<byte> prefix = stackalloc byte[5];
            prefix[0] = 0;
            BinaryPrimitives.WriteInt32BigEndian(prefix[1..], message.Length);
            var first = Math.Min(message.Length, Frames.MaxPayload - 5);
            WriteHeader(5 + first, Frames.Data, 0, stream.Id);
            _output.Write(prefix);
            _output.Write(message[..first]);
            WriteData(stream, message[first..]);
            _sendWindow -= total;
            stream.SendWindow -= total;
        }

        if (!_isInCall)
        {
            Flush();
        }
    }

    private ReadOnlySpan<byte> TakeHeader(ReadOnlySpan<byte> bytes)
    {
        var count = Math.Min(Frames.HeaderSize - _headerLength, bytes.Length);
        bytes[..count].CopyTo(_header.AsSpan(_headerLength));
        _headerLength += count;
        if (_headerLength < Frames.HeaderSize)
        {
            return bytes[count..];
        }

        _payloadLeft = Frames.Length(_header);
        _dataStream = _header[3] == Frames.Data && (_header[4] & Frames.Padded) == 0 ? Find(Frames.Stream(_header)) : null;
        if (_header[3] == Frames.Data)
        {
            CountData(_payloadLeft);
        }

        if (_payloadLeft == 0)
        {
            EndFrame([]);
        }

        return bytes[count..];
    }

    private ReadOnlySpan<byte> TakePayload(ReadOnlySpan<byte> bytes)
    {
        var part = bytes[..Math.Min(_payloadLeft, bytes.Length)];
        _payloadLeft -= part.Length;
        if (_dataStream is not null)
        {
            _dataStream.Take(part);
            if (_payloadLeft == 0)
            {
                EndFrame([]);
            }
        }
        else if (_payload is null && _payloadLeft == 0)
        {
            EndFrame(part);
        }
        else
        {
            _payload ??= ArrayPool<byte>.Shared.Rent(part.Length + _payloadLeft);
            part.CopyTo(_payload.AsSpan(_payloadLength));
            _payloadLength += part.Length;
            if (_payloadLeft == 0)
            {
                EndFrame(_payload.AsSpan(0, _payloadLength));
            }
        }

        return bytes[part.Length..];
    }

    private void EndFrame(ReadOnlySpan<byte> payload)
    {
        var (type, flags, id) = (_header[3], _header[4], Frames.Stream(_header));
        if (_dataStream is null || payload.Length > 0)
        {
            Handle(type, flags, id, payload);
        }

        if (type is Frames.Data or Frames.Headers && (flags & Frames.EndStream) != 0 && Find(id) is { } ended)
        {
            EndStream(ended, type == Frames.Headers ? HeaderBlock.Describe(payload) : "ended by the server");
        }

        _headerLength = 0;
        _dataStream = null;
        Forget();
    }

    private void Handle(byte type, byte flags, int id, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case Frames.Data when (flags & Frames.Padded) != 0 && payload.Length > 0:
                Find(id)?.Take(payload[1..^payload[0]]);
                break;
            case Frames.Settings when (flags & Frames.Ack) == 0:
                TakeSettings(payload);
                break;
            case Frames.Ping when (flags & Frames.Ack) == 0:
                WriteFrame(Frames.Ping, Frames.Ack, 0, payload);
                break;
            case Frames.WindowUpdate:
                Widen(id, BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue);
                break;
            case Frames.ResetStream when Find(id) is { } stream:
                EndStream(stream, $"reset by the server ({BinaryPrimitives.ReadUInt32BigEndian(payload)})");
                break;
            case Frames.GoAway when BinaryPrimitives.ReadUInt32BigEndian(payload[4..]) != 0:
                foreach (var stream in _streams)
                {
                    EndStream(stream, "connection refused: " + Encoding.UTF8.GetString(payload[8..]));
                }

                break;
        }
    }

    private void TakeSettings(ReadOnlySpan<byte> settings)
    {
        for (; settings.Length >= 6; settings = settings[6..])
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(settings) == Frames.InitialWindowSize)
            {
                var window = BinaryPrimitives.ReadUInt32BigEndian(settings[2..]);
                foreach (var stream in _streams)
                {
                    stream.SendWindow += window - _streamWindow;
                }

                _streamWindow = window;
            }
        }

        WriteFrame(Frames.Settings, Frames.Ack, 0, []);
        foreach (var stream in _streams)
        {
            SendWaiting(stream);
        }

        if (!_wasAnswered)
        {
            _wasAnswered = true;
            _changed(this, null);
        }
    }

    private void Widen(int id, int by)
    {
        if (id != 0)
        {
            if (Find(id) is { } one)
            {
                one.SendWindow += by;
                SendWaiting(one);
            }

            return;
        }

        _sendWindow += by;
        foreach (var stream in _streams)
        {
            SendWaiting(stream);
        }
    }

    private void SendWaiting(GrpcStream stream)
    {
        while (stream.IsWaiting)
        {
            var window = (int)Math.Min(Math.Min(_sendWindow, stream.SendWindow), int.MaxValue);
            var message = stream.Waiting.Peek();
            if (window <= 0)
            {
                return;
            }

            var rest = message.AsSpan(stream.WaitingFrom);
            var count = Math.Min(window, rest.Length);
            WriteData(stream, rest[..count]);
            _sendWindow -= count;
            stream.SendWindow -= count;
            stream.WaitingFrom += count;
            if (count == rest.Length)
            {
                stream.Waiting.Dequeue();
                stream.WaitingFrom = 0;
            }
        }
    }

    private void WriteData(GrpcStream stream, ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            var count = Math.Min(data.Length, Frames.MaxPayload);
            WriteFrame(Frames.Data, 0, stream.Id, data[..count]);
            data = data[count..];
        }
    }

    /// <summary>Widens the windows before the server feels them.</summary>
    private void CountData(int length)
    {
        _unacknowledged += length;
        if (_unacknowledged > Window / 4)
        {
            WriteWindow(0, _unacknowledged);
            _unacknowledged = 0;
        }

        if (Find(Frames.Stream(_header)) is { } stream && (stream.Unacknowledged += length) > Window / 4)
        {
            WriteWindow(stream.Id, stream.Unacknowledged);
            stream.Unacknowledged = 0;
        }
    }

    private GrpcStream? Find(int id)
    {
        var index = (id - 1) / 2;
        return id > 0 && index < _streams.Count && !_streams[index].HasEnded ? _streams[index] : null;
    }

    private static void EndStream(GrpcStream stream, string reason)
    {
        if (!stream.HasEnded)
        {
            stream.Forget();
            stream.Handler.Ended(reason);
        }
    }

    private void WriteWindow(int stream, int by)
    {
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(payload, by);
        WriteFrame(Frames.WindowUpdate, 0, stream, payload);
    }

    private void WriteFrame(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        WriteHeader(payload.Length, type, flags, stream);
        _output.Write(payload);
    }

    private void WriteHeader(int length, byte type, byte flags, int stream)
    {
        Frames.WriteHeader(_output.GetSpan(Frames.HeaderSize), length, type, flags, stream);
        _output.Advance(Frames.HeaderSize);
    }

    private void Flush()
    {
        if (_output.WrittenCount > 0)
        {
            _link?.Send(_output.WrittenSpan);
            _output.ResetWrittenCount();
        }
    }

    private void Forget()
    {
        if (_payload is not null)
        {
            ArrayPool<byte>.Shared.Return(_payload);
            _payload = null;
        }

        _payloadLength = 0;
    }
}
