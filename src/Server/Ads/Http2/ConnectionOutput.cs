using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Mesh.Server.Ads.Http2.Frames;
using Mesh.Server.Ads.Pushing;
using Mesh.Server.Ads.Transport;

namespace Mesh.Server.Ads.Http2;

/// <summary>
/// The sending side of a connection: frames of the connection first, then those of streams in turn. One write to the socket at a time;
/// whoever finds none under way does it, on its own thread, so that a push costs no change of threads; small pieces that are in line together
/// go together. What must wait waits as state of the streams, not as bytes.
/// </summary>
internal sealed class ConnectionOutput : IThreadPoolWorkItem
{
    /// <summary>What a client may make us owe without taking it: the ends of all its streams, and far fewer answers to pings and settings.</summary>
    private const int MaxControl = 256 * 1024;

    private const int InitialControlSize = 128;

    /// <summary>Frames of several streams that go to the socket together, in bytes: they are copied for it.</summary>
    private const int MaxGathered = 16 * 1024;

    private readonly Stream _wire;
    private readonly TransportBuffers _buffers;
    private readonly Http2Connection _connection;
    private readonly Action _goOn;

    private byte[]? _control;
    private int _controlLength;
    private byte[]? _controlInFlight;
    private Http2Stream? _first;
    private Http2Stream? _last;
    private Http2Stream? _current;
    private SharedWrite? _shared;
    private ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter _write;
    private bool _isSending;
    private bool _isBroken;
    private long _window = Http2Settings.DefaultWindow;

    /// <summary>The output of a connection.</summary>
    public ConnectionOutput(Http2Connection connection, Stream wire, TransportBuffers buffers)
    {
        _connection = connection;
        _wire = wire;
        _buffers = buffers;
        _goOn = GoOn;
    }

    /// <summary>Guards the state of the connection and of its streams; never held over a write or a continuation.</summary>
    public Lock Lock { get; } = new();

    /// <summary>Whether nothing is left to be sent. Under the lock.</summary>
    public bool IsIdle => !_isSending && _controlLength == 0 && _first is null;

    /// <summary>Whether a write is under way. Under the lock.</summary>
    public bool IsSending => _isSending;

    /// <summary>The client wants ever more answers, and takes none.</summary>
    public bool IsFlooded => Volatile.Read(ref _controlLength) > MaxControl;

    /// <summary>Puts a frame in line. Under the lock; <see cref="Run"/> sends it.</summary>
    public void Enqueue(ReadOnlySpan<byte> frame)
    {
        if (_isBroken)
        {
            return;
        }

        if (_control is null || _control.Length - _controlLength < frame.Length)
        {
            var larger = _buffers.Rent(Math.Max(InitialControlSize, 2 * (_controlLength + frame.Length)));
            if (_control is not null)
            {
                _control.AsSpan(0, _controlLength).CopyTo(larger);
                _buffers.Return(_control);
            }

            _control = larger;
        }

        frame.CopyTo(_control.AsSpan(_controlLength));
        _controlLength += frame.Length;
    }

    /// <summary>Puts a frame of four bytes in line, as <see cref="Enqueue(ReadOnlySpan{byte})"/>.</summary>
    public void Enqueue(FrameType type, int streamId, int value)
    {
        Span<byte> frame = stackalloc byte[FrameHeader.Size + 4];
        FrameHeader.Write(frame, 4, type, 0, streamId);
        BinaryPrimitives.WriteInt32BigEndian(frame[FrameHeader.Size..], value);
        Enqueue(frame);
    }

    /// <summary>Puts a stream with a response in line, at its end. Under the lock.</summary>
    public void Enqueue(Http2Stream stream)
    {
        if (stream.IsInLine || _isBroken)
        {
            return;
        }

        stream.IsInLine = true;
        stream.IsBlocked = false;
        stream.NextInLine = null;
        if (_last is null)
        {
            _first = stream;
        }
        else
        {
            _last.NextInLine = stream;
        }

        _last = stream;
    }

    /// <summary>The client takes more on the connection. Under the lock.</summary>
    /// <exception cref="Http2Exception">More than there can be (section 6.9.1).</exception>
    public void Widen(int by)
    {
        _window += by;
        if (_window > int.MaxValue)
        {
            throw new Http2Exception(Http2Error.FlowControl, "the window of the connection is too large");
        }
    }

    /// <summary>Sends what is in line, unless somebody does.</summary>
    public void Run()
    {
        lock (Lock)
        {
            if (_isSending || _isBroken)
            {
                return;
            }

            _isSending = true;
        }

        Send();
    }

    /// <summary>As <see cref="Run"/>, at the end of this thread's turn of writing if it has one.</summary>
    public void RunInTurn()
    {
        if (!TurnEnd.TryPutOff(this))
        {
            Run();
        }
    }

    /// <summary>
    /// Sends what is in line, on another thread: for callers who hold locks. What is sent may let the session of another stream go on, on the
    /// thread that sends.
    /// </summary>
    public void RunLater() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    void IThreadPoolWorkItem.Execute() => Run();

    /// <summary>Nothing can be sent any more. Under the lock.</summary>
    public void Break()
    {
        _isBroken = true;
        _first = _last = null;
        if (_control is not null)
        {
            _buffers.Return(_control);
            (_control, _controlLength) = (null, 0);
        }
    }

    /// <summary>What was taken of a stream is sent. True: its writer is to be woken. Under the lock.</summary>
    public bool Finish(Http2Stream stream)
    {
        if (stream.Sent())
        {
            return true;
        }

        if (stream.HasMore)
        {
            Enqueue(stream);
        }

        return false;
    }

    private void Send()
    {
        while (TryTake(out var bytes))
        {
            try
            {
#pragma warning disable CA2012 // Its result is taken once: here, or when it completes.
                var write = _wire.WriteAsync(bytes).ConfigureAwait(false).GetAwaiter();
#pragma warning restore CA2012
                if (!write.IsCompleted)
                {
                    _write = write;
                    write.UnsafeOnCompleted(_goOn);
                    return;
                }

                write.GetResult();
            }
            catch (Exception loss)
            {
                // Whatever it is, nothing can be sent any more.
                Fail(loss);
                return;
            }

            Sent();
        }
    }

    private void GoOn()
    {
        try
        {
            _write.GetResult();
        }
        catch (Exception loss)
        {
            Fail(loss);
            return;
        }

        Sent();
        Send();
    }

    private bool TryTake(out ReadOnlyMemory<byte> bytes)
    {
        lock (Lock)
        {
            bytes = default;
            if (!_isBroken && TryGather(out bytes))
            {
                return true;
            }

            if (!_isBroken && _controlLength > 0)
            {
                bytes = _control.AsMemory(0, _controlLength);
                (_controlInFlight, _control, _controlLength) = (_control, null, 0);
                return true;
            }

            while (!_isBroken && _first is { } stream)
            {
                if (TryTakeFirst(out bytes))
                {
                    _current = stream;
                    return true;
                }
            }

            _isSending = false;
        }

        _connection.SentAll();
        return false;
    }

    /// <summary>Takes what the first stream in line may send, and puts it out of the line. False: nothing.</summary>
    private bool TryTakeFirst(out ReadOnlyMemory<byte> bytes)
    {
        var stream = _first!;
        _first = stream.NextInLine;
        _last = _first is null ? null : _last;
        (stream.NextInLine, stream.IsInLine) = (null, false);
        stream.IsBlocked = !stream.TryTake(ref _window, out bytes);
        return !stream.IsBlocked;
    }

    /// <summary>Takes frames of the connection and of streams together, if there are several and they are small.</summary>
    private bool TryGather(out ReadOnlyMemory<byte> bytes)
    {
        bytes = default;
        var (size, streams) = (_controlLength, 0);
        for (var next = _first; next is not null && size + next.Unsent <= MaxGathered; next = next.NextInLine)
        {
            size += next.Unsent;
            streams++;
        }

        if (streams == 0 || (streams == 1 && _controlLength == 0))
        {
            return false;
        }

        var shared = _shared ??= new SharedWrite(_buffers);
        shared.Begin(size);
        if (_control is not null)
        {
            shared.Add(_control.AsSpan(0, _controlLength));
            _buffers.Return(_control);
            (_control, _controlLength) = (null, 0);
        }

        for (; streams > 0; streams--)
        {
            var stream = _first!;
            if (TryTakeFirst(out var frames))
            {
                shared.Add(stream, frames.Span);
            }
        }

        bytes = shared.Bytes;
        if (bytes.IsEmpty)
        {
            shared.End(null);
        }

        return !bytes.IsEmpty;
    }

    private void Sent()
    {
        Http2Stream? done = null;
        lock (Lock)
        {
            ReturnControl();
            _shared?.End(this);
            if (_current is { } stream)
            {
                _current = null;
                done = Finish(stream) ? stream : null;
            }
        }

        done?.WakeWriter();
        if (_shared is { } shared)
        {
            shared.WakeWriters();
            if (_connection.Streams.Count < 2)
            {
                // Rare for such a connection, and nothing is kept for what is rare.
                _shared = null;
            }
        }
    }

    private void ReturnControl()
    {
        if (_controlInFlight is { } control)
        {
            _controlInFlight = null;
            _buffers.Return(control);
        }
    }

    private void Fail(Exception loss)
    {
        lock (Lock)
        {
            _isSending = false;
            ReturnControl();
            Break();
            _current?.Sent();
            _current = null;
            _shared?.End(null);
        }

        _connection.Lose(loss);
    }
}
