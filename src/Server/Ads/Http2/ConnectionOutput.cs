using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Mesh.Server.Ads.Http2.Frames;
using Mesh.Server.Ads.Transport;

namespace Mesh.Server.Ads.Http2;

/// <summary>
/// The sending side of a connection: frames of the connection first, then those of streams in turn. One write to the socket at a time;
/// whoever finds none under way does it, on its own thread, so that a push costs no change of threads. What must wait waits as state of the
/// streams, not as bytes.
/// </summary>
internal sealed class ConnectionOutput
{
    /// <summary>What a client may make us owe without taking it: the ends of all its streams, and far fewer answers to pings and settings.</summary>
    private const int MaxControl = 256 * 1024;

    private const int InitialControlSize = 128;

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

    /// <summary>
    /// Sends what is in line, on another thread: for callers who hold locks. What is sent may let the session of another stream go on, on the
    /// thread that sends.
    /// </summary>
    public void RunLater() => ThreadPool.UnsafeQueueUserWorkItem(static output => output.Run(), this, preferLocal: false);

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
            if (!_isBroken && _controlLength > 0)
            {
                bytes = _control.AsMemory(0, _controlLength);
                (_controlInFlight, _control, _controlLength) = (_control, null, 0);
                return true;
            }

            while (!_isBroken && _first is { } stream)
            {
                _first = stream.NextInLine;
                _last = _first is null ? null : _last;
                (stream.NextInLine, stream.IsInLine) = (null, false);
                if (stream.TryTake(ref _window, out bytes))
                {
                    _current = stream;
                    return true;
                }

                stream.IsBlocked = true;
            }

            _isSending = false;
        }

        _connection.SentAll();
        return false;
    }

    private void Sent()
    {
        Http2Stream? done = null;
        lock (Lock)
        {
            if (_controlInFlight is { } control)
            {
                _controlInFlight = null;
                _buffers.Return(control);
            }

            if (_current is { } stream)
            {
                _current = null;
                _connection.Budget.Earn();
                if (stream.Sent())
                {
                    done = stream;
                }
                else if (stream.HasMore)
                {
                    Enqueue(stream);
                }
            }
        }

        done?.WakeWriter();
    }

    private void Fail(Exception loss)
    {
        Http2Stream? current;
        lock (Lock)
        {
            _isSending = false;
            current = _current;
            _current = null;
            if (_controlInFlight is { } control)
            {
                _controlInFlight = null;
                _buffers.Return(control);
            }

            Break();
            current?.Sent();
        }

        _connection.Lose(loss);
    }
}
