using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Mesh.Protocol.Ads;

namespace Mesh.Server.Ads.Grpc;

/// <summary>Reads length-prefixed gRPC messages from a request's pipe, without objects per message.</summary>
internal sealed class GrpcFrames(PipeReader pipe, int maxSize, UnfinishedRequests unfinished)
{
    private const int PrefixLength = 5;

    private byte[]? _rented;
    private ReadOnlySequence<byte> _message;
    private bool _hasMessage;

    // Of the message that is coming in, as far as it is counted.
    private long _unfinished;

    /// <summary>Waits for a whole message; false at the orderly end of the client's side.</summary>
    /// <exception cref="AdsProtocolException">The message is too large, compressed or cut off.</exception>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        Pass();
        while (true)
        {
            var read = Take(await pipe.ReadAsync(cancellationToken));
            if (read != FrameRead.Incomplete)
            {
                return read == FrameRead.Message;
            }
        }
    }

    /// <summary>Takes the next message if it is there as a whole.</summary>
    /// <exception cref="AdsProtocolException">The message is too large, compressed or cut off.</exception>
    public FrameRead TakeNext()
    {
        Pass();
        return pipe.TryRead(out var read) ? Take(read) : FrameRead.Incomplete;
    }

    /// <summary>
    /// Waits for bytes, to be given to <see cref="Take"/>. A loop that waits for its stream's whole life does it this way:
    /// waiting in a method of ours would cost an object per message.
    /// </summary>
    public ValueTask<ReadResult> MoreAsync() => pipe.ReadAsync();

    /// <summary>Takes the next message out of what was read.</summary>
    /// <exception cref="AdsProtocolException">The message is too large, compressed or cut off.</exception>
    public FrameRead Take(in ReadResult read)
    {
        var buffer = read.Buffer;
        if (TryTake(buffer))
        {
            return FrameRead.Message;
        }

        if (buffer.Length > UnfinishedRequests.Uncounted)
        {
            // Before it is said to have been looked at, which would make room for more.
            Count(buffer.Length);
        }

        var isCut = !buffer.IsEmpty;
        pipe.AdvanceTo(buffer.Start, buffer.End);
        if (read.IsCanceled)
        {
            return FrameRead.End;
        }

        return !read.IsCompleted
            ? FrameRead.Incomplete
            : isCut ? throw new AdsProtocolException(GrpcStatusCode.InvalidArgument, "the request ends inside a message") : FrameRead.End;
    }

    /// <summary>Ends the wait for a message from another thread.</summary>
    public void Cancel() => pipe.CancelPendingRead();

    /// <summary>The message just read; valid until the next read.</summary>
    public ReadOnlySpan<byte> Current
    {
        get
        {
            if (_message.IsSingleSegment)
            {
                return _message.FirstSpan;
            }

            var length = (int)_message.Length;
            _rented ??= ArrayPool<byte>.Shared.Rent(length);
            _message.CopyTo(_rented);
            return _rented.AsSpan(0, length);
        }
    }

    /// <summary>Gives back the memory of the current message, or at the end what there is of one.</summary>
    public void Done()
    {
        if (_rented is not null)
        {
            ArrayPool<byte>.Shared.Return(_rented);
            _rented = null;
        }

        if (_hasMessage)
        {
            _hasMessage = false;
            pipe.AdvanceTo(_message.End);
            _message = default;
        }

        if (_unfinished > 0)
        {
            unfinished.Remove(_unfinished);
            _unfinished = 0;
        }
    }

    /// <summary>The current message was seen. What came of the next one, and was looked at already, stays counted.</summary>
    private void Pass()
    {
        if (_hasMessage)
        {
            Done();
        }
    }

    private void Count(long bytes)
    {
        if (!unfinished.TryAdd(bytes - _unfinished))
        {
            throw new AdsProtocolException(GrpcStatusCode.ResourceExhausted, "too much of requests is there that have not come as a whole");
        }

        _unfinished = bytes;
    }

    private bool TryTake(in ReadOnlySequence<byte> buffer)
    {
        if (buffer.Length < PrefixLength)
        {
            return false;
        }

        Span<byte> prefix = stackalloc byte[PrefixLength];
        buffer.Slice(0, PrefixLength).CopyTo(prefix);
        var length = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        if (prefix[0] != 0)
        {
            throw new AdsProtocolException(GrpcStatusCode.Unimplemented, "compressed messages are not supported");
        }

        if (length > (uint)maxSize)
        {
            throw new AdsProtocolException(GrpcStatusCode.ResourceExhausted, $"a request of {length} bytes is larger than {maxSize}");
        }

        if (buffer.Length < PrefixLength + length)
        {
            return false;
        }

        _message = buffer.Slice(PrefixLength, length);
        _hasMessage = true;
        return true;
    }
}
