using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Tasks.Sources;
using Mesh.Server.Ads.Transport;

namespace Mesh.Server.Ads.Http2;

/// <summary>
/// What a client sent on a stream and nobody has read yet: one pooled array, which is there only while there is something in it. The
/// reader goes on on the thread that received. Reading (also looking, <c>examined</c>) gives the client room to send more, so that a large message
/// arrives, and one that nobody looks at does not.
/// </summary>
internal sealed class RequestBody(Http2Stream stream, ConnectionOutput output, TransportBuffers buffers) : PipeReader, IValueTaskSource<ReadResult>
{
    private const int InitialSize = 512;

    private ManualResetValueTaskSourceCore<ReadResult> _core;
    private byte[]? _buffer;
    private byte[]? _outgrown;
    private int _start;
    private int _end;

    // Bytes behind _start that were looked at, and bytes that the client was told of as looked at.
    private int _examined;
    private int _credited;
    private ReadOnlySequence<byte> _last;
    private bool _isRead;
    private bool _isWaiting;
    private bool _isCancelled;
    private bool _isComplete;
    private bool _isReleased;
    private Exception? _loss;

    /// <summary>Takes bytes of a DATA frame. Under the lock; true: <see cref="WakeReader"/> is to be called behind it.</summary>
    public bool Append(ReadOnlySpan<byte> bytes)
    {
        if (_buffer is null || _buffer.Length - _end < bytes.Length)
        {
            Grow(bytes.Length);
        }

        bytes.CopyTo(_buffer.AsSpan(_end));
        _end += bytes.Length;
        return _isWaiting;
    }

    /// <summary>The client's side ended. Under the lock, as <see cref="Append"/>.</summary>
    public bool End()
    {
        _isComplete = true;
        return _isWaiting;
    }

    /// <summary>There is no client any more. Under the lock, as <see cref="Append"/>.</summary>
    public bool Lose(Exception loss)
    {
        _loss ??= loss;
        return _isWaiting;
    }

    /// <summary>Lets the waiting reader go on. Not under the lock.</summary>
    /// <param name="inline">On this thread, which holds no lock of anybody; otherwise on another one.</param>
    public void WakeReader(bool inline)
    {
        ReadResult result;
        Exception? loss;
        lock (output.Lock)
        {
            if (!_isWaiting)
            {
                return;
            }

            _isWaiting = false;
            loss = _loss;
            result = loss is null ? Result() : default;
        }

        _core.RunContinuationsAsynchronously = !inline;
        if (loss is null)
        {
            _core.SetResult(result);
        }
        else
        {
            _core.SetException(loss);
        }
    }

    /// <inheritdoc/>
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        short version;
        lock (output.Lock)
        {
            if (_loss is null && HasNews)
            {
                return new ValueTask<ReadResult>(Result());
            }

            if (_loss is not null)
            {
                return ValueTask.FromException<ReadResult>(_loss);
            }

            _core.Reset();
            _isWaiting = true;
            version = _core.Version;
        }

        var read = new ValueTask<ReadResult>(this, version);
        return cancellationToken.CanBeCanceled ? WaitAsync(read, cancellationToken) : read;
    }

    /// <inheritdoc/>
    public override bool TryRead(out ReadResult result)
    {
        lock (output.Lock)
        {
            result = default;
            if (_loss is not null || !HasNews)
            {
                return false;
            }

            result = Result();
            return true;
        }
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        bool owes;
        lock (output.Lock)
        {
            if (!_isRead)
            {
                return;
            }

            var taken = OffsetOf(consumed, 0);
            var seen = OffsetOf(examined, taken);
            _isRead = false;
            _last = default;
            if (_isReleased)
            {
                ReleaseIfEmpty();
                return;
            }

            _start += taken;
            _examined = Math.Max(_examined, seen) - taken;
            _credited -= taken;
            if (_outgrown is not null)
            {
                buffers.Return(_outgrown);
                _outgrown = null;
            }

            ReleaseIfEmpty();
            var credit = _examined - _credited;
            _credited = _examined;
            owes = stream.Credit(credit);
        }

        if (owes)
        {
            output.Run();
        }
    }

    /// <inheritdoc/>
    public override void CancelPendingRead()
    {
        lock (output.Lock)
        {
            _isCancelled = true;
        }

        WakeReader(inline: false);
    }

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        lock (output.Lock)
        {
            _isRead = false;
            _start = _end;
            _last = default;
            ReleaseIfEmpty();
        }
    }

    /// <summary>Nobody reads any more, also not what was read and not advanced over. Under the lock.</summary>
    public void Discard()
    {
        (_isRead, _last) = (false, default);
        ReleaseIfEmpty();
    }

    /// <summary>Gives back what is left when the stream is over, and says how many bytes the client was not yet told of. Under the lock.</summary>
    public int Release()
    {
        var left = _end - _start - _credited;
        (_start, _isReleased) = (_end, true);
        if (!_isRead)
        {
            ReleaseIfEmpty();
        }

        return left;
    }

    ReadResult IValueTaskSource<ReadResult>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<ReadResult>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<ReadResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private bool HasNews => _isCancelled || _isComplete || _end - _start > _examined;

    /// <summary>Bytes from the begin of what was read to a position in it. (Of arrays, positions are told from the begin of the array.)</summary>
    private int OffsetOf(SequencePosition position, int otherwise) =>
        position.GetObject() is null ? otherwise : (int)(_last.GetOffset(position) - _last.GetOffset(_last.Start));

    private ReadResult Result()
    {
        _last = _buffer is null ? default : new ReadOnlySequence<byte>(_buffer, _start, _end - _start);
        _isRead = true;
        var result = new ReadResult(_last, _isCancelled, _isComplete);
        _isCancelled = false;
        return result;
    }

    private async ValueTask<ReadResult> WaitAsync(ValueTask<ReadResult> read, CancellationToken cancellationToken)
    {
        using (cancellationToken.UnsafeRegister(static body => ((RequestBody)body!).CancelPendingRead(), this))
        {
            var result = await read.ConfigureAwait(false);
            if (result.IsCanceled && cancellationToken.IsCancellationRequested)
            {
                AdvanceTo(result.Buffer.Start);
                throw new OperationCanceledException(cancellationToken);
            }

            return result;
        }
    }

    private void Grow(int more)
    {
        var unread = _end - _start;
        var larger = buffers.Rent(Math.Max(InitialSize, Math.Max(unread + more, Math.Min(2 * unread, Array.MaxLength))));
        if (_buffer is not null)
        {
            _buffer.AsSpan(_start, unread).CopyTo(larger);
            if (_isRead && _outgrown is null)
            {
                // The reader still looks at it.
                _outgrown = _buffer;
            }
            else
            {
                buffers.Return(_buffer);
            }
        }

        (_buffer, _start, _end) = (larger, 0, unread);
    }

    private void ReleaseIfEmpty()
    {
        if (_start < _end)
        {
            return;
        }

        (_start, _end) = (0, 0);
        if (_buffer is not null)
        {
            buffers.Return(_buffer);
            _buffer = null;
        }

        if (!_isRead && _outgrown is not null)
        {
            buffers.Return(_outgrown);
            _outgrown = null;
        }
    }
}
