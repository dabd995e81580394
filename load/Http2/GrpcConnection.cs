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

    private readonly FrameWriter _output;
    private readonly Action<GrpcConnection, string?> _changed;
    private readonly GrpcStreams _streams;
    private readonly FrameReader _frames;
    private readonly GrpcSender _sender;
    private List<GrpcCall>? _pending;
    private ILink? _link;
    private GrpcStream? _dataStream;
    private int _unacknowledged;
    private bool _isInCall;
    private bool _isPaused;
    private bool _wasAnswered;
    private bool _goesAway;
    private bool _isDropped;

    /// <param name="calls">What is called as soon as it is open.</param>
    /// <param name="output">Scratch of the reactor, empty between events.</param>
    /// <param name="changed">Told when the server has answered (null) and when the connection ended (why).</param>
    public GrpcConnection(IReadOnlyList<GrpcCall> calls, ArrayBufferWriter<byte> output, Action<GrpcConnection, string?> changed)
    {
        _pending = [.. calls];
        _streams = new GrpcStreams(this, calls.Count);
        _frames = new FrameReader(this);
        _output = new FrameWriter(output);
        _sender = new GrpcSender(_output);
        _changed = changed;
    }

    /// <summary>Bytes that came, frames included.</summary>
    public long ReceivedBytes { get; private set; }

    /// <summary>Whether streams can be opened: not after the server's GOAWAY (section 6.8).</summary>
    public bool CanOpen => _link is not null && !_goesAway;

    /// <summary>Whether it can take a call, now or as soon as it is open.</summary>
    public bool TakesCalls => CanOpen || _pending is not null;

    public void Opened(ILink link)
    {
        if (_isDropped)
        {
            link.Close();
            return;
        }

        _link = link;
        _isInCall = true;
        _output.WriteRaw(Frames.Preface);
        _output.WriteSettings(Window);
        _output.WriteWindow(0, Window - Frames.DefaultWindow);
        var pending = _pending!;
        _pending = null;
        foreach (var call in pending)
        {
            Begin(_streams.Open(call));
        }

        _isInCall = false;
        Flush();
        if (_isPaused)
        {
            link.SetReading(false);
        }
    }

    public void Received(ReadOnlySpan<byte> bytes)
    {
        ReceivedBytes += bytes.Length;
        _isInCall = true;
        _frames.Read(bytes);
        _isInCall = false;
        Flush();
        if (_goesAway && _link is { } link && _streams.HaveEnded)
        {
            // Nothing more will come: as a connection that has been drained.
            link.Close();
            Closed("went away");
        }
    }

    public void Closed(string reason)
    {
        _link = null;
        _frames.Stop();
        var pending = _pending;
        _pending = null;
        pending?.ForEach(call => call.Handler.Ended(reason));
        foreach (var stream in _streams.All)
        {
            EndStream(stream, reason);
        }

        _changed(this, reason);
    }

    /// <summary>Makes a call, now or as soon as the connection is open. It must take calls.</summary>
    public void Open(GrpcCall call)
    {
        if (_pending is not null)
        {
            _pending.Add(call);
            return;
        }

        _isInCall = true;
        Begin(_streams.Open(call));
        _isInCall = false;
        Flush();
    }

    /// <summary>Stops or goes on reading.</summary>
    public void SetReading(bool reads)
    {
        _isPaused = !reads;
        _link?.SetReading(reads);
    }

    /// <summary>Drops the connection as a process that ends does. Handlers are not told.</summary>
    public void Close()
    {
        _isDropped = true;
        _pending = null;
        _link?.Close();
        _link = null;
        _frames.Stop();
        foreach (var stream in _streams.All)
        {
            stream.Forget();
        }
    }

    internal bool TryReopen(GrpcStream ended)
    {
        if (CanOpen)
        {
            Open(ended.Call);
            return true;
        }

        return false;
    }

    internal void Send(GrpcStream stream, ReadOnlySpan<byte> message)
    {
        if (_link is null || stream.HasEnded)
        {
            return;
        }

        _sender.Send(stream, message);
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
            _dataStream = (flags & Frames.Padded) == 0 ? _streams.Find(stream) : null;
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
        if (type is Frames.Data or Frames.Headers && (flags & Frames.EndStream) != 0 && _streams.Find(stream) is { } ended)
        {
            EndStream(ended, type == Frames.Headers ? HeaderBlock.Describe(payload) : "ended by the server");
        }
    }

    private void Handle(byte type, byte flags, int id, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case Frames.Data when (flags & Frames.Padded) != 0 && payload.Length > 0:
                _streams.Find(id)?.Take(payload[1..^payload[0]]);
                break;
            case Frames.Settings when (flags & Frames.Ack) == 0:
                TakeSettings(payload);
                break;
            case Frames.Ping when (flags & Frames.Ack) == 0:
                _output.Write(Frames.Ping, Frames.Ack, 0, payload);
                break;
            case Frames.WindowUpdate:
                Widen(id, BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue);
                break;
            case Frames.ResetStream when _streams.Find(id) is { } stream:
                EndStream(stream, $"reset by the server ({BinaryPrimitives.ReadUInt32BigEndian(payload)})");
                break;
            case Frames.GoAway:
                TakeGoAway(payload);
                break;
        }
    }

    private void TakeGoAway(ReadOnlySpan<byte> payload)
    {
        _goesAway = true;
        var (last, error) = (BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue, BinaryPrimitives.ReadUInt32BigEndian(payload[4..]));
        foreach (var stream in _streams.All)
        {
            // Streams behind the last one are not served.
            if (error != 0 || stream.Id > last)
            {
                EndStream(stream, "connection refused: " + Encoding.UTF8.GetString(payload[8..]));
            }
        }
    }

    private void TakeSettings(ReadOnlySpan<byte> settings)
    {
        for (; settings.Length >= 6; settings = settings[6..])
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(settings) == Frames.InitialWindowSize)
            {
                _streams.SetInitialWindow(BinaryPrimitives.ReadUInt32BigEndian(settings[2..]));
            }
        }

        _output.Write(Frames.Settings, Frames.Ack, 0, []);
        foreach (var stream in _streams.All)
        {
            _sender.SendWaiting(stream);
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
            if (_streams.Find(id) is { } one)
            {
                one.SendWindow += by;
                _sender.SendWaiting(one);
            }

            return;
        }

        _sender.Widen(by);
        foreach (var stream in _streams.All)
        {
            _sender.SendWaiting(stream);
        }
    }

    /// <summary>Widens the windows before the server feels them.</summary>
    private void CountData(int id, int length)
    {
        _unacknowledged += length;
        if (_unacknowledged > Window / 4)
        {
            _output.WriteWindow(0, _unacknowledged);
            _unacknowledged = 0;
        }

        if (_streams.Find(id) is { } stream && (stream.Unacknowledged += length) > Window / 4)
        {
            _output.WriteWindow(stream.Id, stream.Unacknowledged);
            stream.Unacknowledged = 0;
        }
    }

    private void Begin(GrpcStream stream)
    {
        _output.Write(Frames.Headers, Frames.EndHeaders, stream.Id, stream.Call.Headers);
        stream.Call.Handler.Opened(stream);
    }

    private static void EndStream(GrpcStream stream, string reason)
    {
        if (!stream.HasEnded)
        {
            stream.Forget();
            stream.Call.Handler.Ended(reason);
        }
    }

    private void Flush()
    {
        if (!_output.Written.IsEmpty)
        {
            _link?.Send(_output.Written);
            _output.Clear();
        }
    }
}
