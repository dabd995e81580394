using System.IO.Pipelines;
using System.Threading.Tasks.Sources;
using Mesh.Server.Ads.Http2.Frames;
using Mesh.Server.Ads.Transport;

namespace Mesh.Server.Ads.Http2;

/// <summary>
/// What is written to a stream, framed where it is written: before each piece of payload there is room for the header of its DATA frame, so
/// that the bytes go to the socket from where the session put them. The array is there from the first byte of a response, or of a piece of a
/// large one, until its last one was sent. A flush completes then, so that a client that takes nothing holds one piece, and the next
/// response is written from the newest state.
/// </summary>
internal sealed class ResponseBody(Http2Stream stream, ConnectionOutput output, TransportBuffers buffers) : PipeWriter, IValueTaskSource<FlushResult>
{
    /// <summary>Holds a small push.</summary>
    private const int InitialSize = 1024;

    /// <summary>Bytes that one stream sends before another one of its connection may.</summary>
    private const int MaxBatch = 4 * (FrameHeader.Size + FrameHeader.MaxPayload);

    /// <summary>A response up to so many bytes may wait for those of other streams of its connection; larger ones would be many bytes together.</summary>
    private const int MaxPutOff = 4096;

    private ManualResetValueTaskSourceCore<FlushResult> _core;
    private byte[]? _buffer;
    private int _end;

    // Where the frame begins that is being written; -1: none is.
    private int _open = -1;

    // Where the first frame begins that was not sent, where what is being sent ends, and what is left of its last frame.
    private int _sent;
    private int _inFlight;
    private int _rest;
    private bool _isWriting;
    private bool _isQueued;
    private bool _isFlushing;
    private bool _isLost;

    /// <summary>Whether a response is on its way. Under the output's lock, as everything here that is not a writer's.</summary>
    public bool IsQueued => _isQueued;

    /// <summary>Bytes that were not sent, with their headers.</summary>
    public int Unsent => _isQueued ? _end - _sent : 0;

    /// <summary>Whether the socket reads from the array.</summary>
    public bool IsInFlight => _inFlight > 0;

    /// <summary>Bytes that the socket takes, with their headers.</summary>
    public int InFlight => IsInFlight ? _inFlight - _sent : 0;

    /// <summary>Whether a window ended what the socket takes within a frame.</summary>
    public bool IsCut => _rest > 0;

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sizeHint, FrameHeader.MaxPayload);
        sizeHint = Math.Max(1, sizeHint);
        if (_isQueued)
        {
            throw new InvalidOperationException("the last response is still being sent");
        }

        // Before the array is there: who finds one and nobody writing may take it away.
        Volatile.Write(ref _isWriting, true);
        _buffer ??= buffers.Rent(Math.Max(InitialSize, FrameHeader.Size + sizeHint));
        if (_open < 0 || FrameHeader.MaxPayload - OpenLength < sizeHint)
        {
            Close();
            EnsureRoom(FrameHeader.Size + sizeHint);
            _open = _end;
            _end += FrameHeader.Size;
        }
        else
        {
            EnsureRoom(sizeHint);
        }

        return _buffer.AsMemory(_end, Math.Min(_buffer.Length - _end, FrameHeader.MaxPayload - OpenLength));
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <inheritdoc/>
    public override void Advance(int bytes) => _end += bytes;

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        short version;
        bool isSmall;
        lock (output.Lock)
        {
            Close();
            isSmall = _end <= MaxPutOff;
            _isWriting = false;
            if (_isLost)
            {
                Release();
                return new ValueTask<FlushResult>(new FlushResult(isCanceled: false, isCompleted: true));
            }

            if (!HasUnsent)
            {
                return new ValueTask<FlushResult>(new FlushResult(isCanceled: false, isCompleted: false));
            }

            _core.Reset();
            version = _core.Version;
            (_isQueued, _isFlushing) = (true, true);
            stream.BeginResponse();
            output.Enqueue(stream);
        }

        if (isSmall)
        {
            output.RunInTurn();
        }
        else
        {
            output.Run();
        }

        var flush = new ValueTask<FlushResult>(this, version);
        return cancellationToken.CanBeCanceled && !flush.IsCompleted ? WaitAsync(flush, cancellationToken) : flush;
    }

    /// <inheritdoc/>
    public override void CancelPendingFlush()
    {
        lock (output.Lock)
        {
            if (!_isFlushing)
            {
                // Whoever ends the stream has said so before, and the writer looks before it waits.
                return;
            }

            _isFlushing = false;
        }

        _core.RunContinuationsAsynchronously = true;
        _core.SetResult(new FlushResult(isCanceled: true, isCompleted: false));
    }

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        // The exchange ends with a status, not with its body.
    }

    /// <summary>Takes the next frames as far as the windows reach.</summary>
    /// <param name="connectionWindow">Bytes that the client takes on the connection.</param>
    /// <param name="streamWindow">Bytes that it takes on the stream.</param>
    /// <param name="frames">What is to be sent.</param>
    /// <returns>False: a window is closed.</returns>
    public bool TryTake(ref long connectionWindow, ref long streamWindow, out ReadOnlyMemory<byte> frames)
    {
        var at = _sent;
        _rest = 0;
        while (at < _end && at - _sent < MaxBatch && _rest == 0)
        {
            var length = FrameHeader.Read(_buffer.AsSpan(at)).Length;
            var allowed = (int)Math.Min(length, Math.Min(connectionWindow, streamWindow));
            if (allowed <= 0)
            {
                break;
            }

            FrameHeader.Write(_buffer.AsSpan(at), allowed, FrameType.Data, 0, stream.Id);
            connectionWindow -= allowed;
            streamWindow -= allowed;
            at += FrameHeader.Size + allowed;
            _rest = length - allowed;
        }

        if (at == _sent)
        {
            frames = default;
            return false;
        }

        frames = _buffer.AsMemory(_sent, at - _sent);
        _inFlight = at;
        return true;
    }

    /// <summary>What was taken is sent. True: it was the last, and <see cref="Wake"/> is to be called.</summary>
    public bool Sent()
    {
        (_sent, _inFlight) = (_inFlight, 0);
        if (_isLost)
        {
            Release();
            return false;
        }

        if (_rest > 0)
        {
            // Over bytes that are gone: what is left of the frame gets a header of its own.
            _sent -= FrameHeader.Size;
            FrameHeader.Write(_buffer.AsSpan(_sent), _rest, FrameType.Data, 0, stream.Id);
            _rest = 0;
        }

        if (HasUnsent)
        {
            return false;
        }

        Release();
        return true;
    }

    /// <summary>There is no client any more. <see cref="Wake"/> is to be called behind the lock.</summary>
    public void Lose()
    {
        _isLost = true;
        if (Volatile.Read(ref _buffer) is not null && !Volatile.Read(ref _isWriting) && !IsInFlight)
        {
            Release();
        }
    }

    /// <summary>Nobody writes any more: what was begun and not flushed is none.</summary>
    public void Discard()
    {
        if (!_isQueued)
        {
            Release();
        }
    }

    /// <summary>Completes the flush that waits, if one does. Not under the lock.</summary>
    /// <param name="inline">Its writer goes on on this thread, which holds no lock of anybody; otherwise on another one.</param>
    public void Wake(bool inline)
    {
        bool isLost;
        lock (output.Lock)
        {
            if (!_isFlushing)
            {
                return;
            }

            _isFlushing = false;
            isLost = _isLost;
        }

        _core.RunContinuationsAsynchronously = !inline;
        _core.SetResult(new FlushResult(isCanceled: false, isCompleted: isLost));
    }

    FlushResult IValueTaskSource<FlushResult>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<FlushResult>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<FlushResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private bool HasUnsent => _sent < _end;

    private int OpenLength => _end - _open - FrameHeader.Size;

    private async ValueTask<FlushResult> WaitAsync(ValueTask<FlushResult> flush, CancellationToken cancellationToken)
    {
        using (cancellationToken.UnsafeRegister(static body => ((ResponseBody)body!).CancelPendingFlush(), this))
        {
            var result = await flush.ConfigureAwait(false);
            return result.IsCanceled && cancellationToken.IsCancellationRequested ? throw new OperationCanceledException(cancellationToken) : result;
        }
    }

    /// <summary>Ends the frame that is being written; an empty one is none.</summary>
    private void Close()
    {
        if (_open < 0)
        {
            return;
        }

        if (OpenLength == 0)
        {
            _end = _open;
        }
        else
        {
            FrameHeader.Write(_buffer.AsSpan(_open), OpenLength, FrameType.Data, 0, stream.Id);
        }

        _open = -1;
    }

    private void EnsureRoom(int bytes)
    {
        if (_buffer!.Length - _end >= bytes)
        {
            return;
        }

        var larger = buffers.Rent(Math.Max(_end + bytes, 2 * _buffer.Length));
        _buffer.AsSpan(0, _end).CopyTo(larger);
        buffers.Return(_buffer);
        _buffer = larger;
    }

    private void Release()
    {
        if (_buffer is not null)
        {
            buffers.Return(_buffer);
            _buffer = null;
        }

        (_end, _open, _sent, _inFlight, _rest) = (0, -1, 0, 0, 0);
        (_isQueued, _isWriting) = (false, false);
    }
}
