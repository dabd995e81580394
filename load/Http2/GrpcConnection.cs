using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Mesh.Load.Sockets;

namespace Mesh.Load.Http2;

/// <summary>
/// The client's side of HTTP/2 for long gRPC calls, and no more: the windows of both sides, settings, pings and ends. What one
/// call of <see cref="Received"/> has to say goes out as one write. It holds a few hundred bytes when nothing happens.
/// </summary>
internal sealed class GrpcConnection : ILinkHandler, IFrameSink
{
    private const int Window = 256 * 1024 * 1024;
    private const int DefaultWindow = 65_535;

    private readonly IReadOnlyList<GrpcCall> _calls;
    private readonly ArrayBufferWriter<byte> _output;
    private readonly Action<GrpcConnection, string?> _changed;
    private readonly List<GrpcStream> _streams = [];
    private readonly FrameReader _frames;
    private ILink? _link;
    private GrpcStream? _dataStream;
    private long _sendWindow = DefaultWindow;
    private long _streamWindow = DefaultWindow;
    private int _unacknowledged;
    private bool _isInCall;
    private bool _wasAnswered;

    /// <param name="calls">What is called, all at once.</param>
    /// <param name="output">Scratch of the reactor, empty between events.</param>
    /// <param name="changed">Told when the server has answered (null) and when the connection ended (why).</param>
    public GrpcConnection(IReadOnlyList<GrpcCall> calls, ArrayBufferWriter<byte> output, Action<GrpcConnection, string?> changed)
    {
        _calls = calls;
        _frames = new FrameReader(this);
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
        for (var i = 0; i < _calls.Count; i++)
        {
            var stream = new GrpcStream(this, 1 + (2 * i), _calls[i].Handler) { SendWindow = _streamWindow };
            _streams.Add(stream);
            WriteFrame(Frames.Headers, Frames.EndHeaders, stream.Id, _calls[i].Headers);
            _calls[i].Handler.Opened(stream);
        }

        _isInCall = false;
        Flush();
    }

    public void Received(ReadOnlySpan<byte> bytes)
    {
        ReceivedBytes += bytes.Length;
        _isInCall = true;
        _frames.Read(bytes);
        _isInCall = false;
        Flush();
    }

    public void Closed(string reason)
    {
        _link = null;
        _frames.Stop();
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
        _frames.Stop();
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

    bool IFrameSink.Begins(byte type, byte flags, int stream, int length)
    {
        if (type == Frames.Data)
        {
            CountData(stream, length);
            _dataStream = (flags & Frames.Padded) == 0 ? Find(stream) : null;
        }

        return _dataStream is not null;
    }

    void IFrameSink.TakePart(ReadOnlySpan<byte> part) => _dataStream!.Take(part);

    void IFrameSink.TakeFrame(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        if (_dataStream is null)
        {
            Handle(type, flags, stream, payload);
        }

        _dataStream = null;
        if (type is Frames.Data or Frames.Headers && (flags & Frames.EndStream) != 0 && Find(stream) is { } ended)
        {
            EndStream(ended, type == Frames.Headers ? HeaderBlock.Describe(payload) : "ended by the server");
        }
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
    private void CountData(int id, int length)
    {
        _unacknowledged += length;
        if (_unacknowledged > Window / 4)
        {
            WriteWindow(0, _unacknowledged);
            _unacknowledged = 0;
        }

        if (Find(id) is { } stream && (stream.Unacknowledged += length) > Window / 4)
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
}
