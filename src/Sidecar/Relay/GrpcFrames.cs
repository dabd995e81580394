using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;

namespace Mesh.Sidecar.Relay;

/// <summary>Reads length-prefixed gRPC messages.</summary>
internal sealed class GrpcFrames(PipeReader pipe, int maxSize)
{
    /// <summary>Bytes before each message: not compressed, and its length.</summary>
    public const int PrefixLength = 5;

    /// <summary>The next message with its prefix, in an array of its own; null at the end.</summary>
    /// <exception cref="InvalidDataException">It is compressed, too large, or cut off.</exception>
    public async ValueTask<byte[]?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await pipe.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = result.Buffer;
            if (TryTake(buffer, out var message))
            {
                pipe.AdvanceTo(buffer.GetPosition(message.Length));
                return message;
            }

            pipe.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted || result.IsCanceled)
            {
                return buffer.IsEmpty ? null : throw new InvalidDataException("the stream ends inside a message");
            }
        }
    }

    private bool TryTake(in ReadOnlySequence<byte> buffer, out byte[] message)
    {
        message = [];
        if (buffer.Length < PrefixLength)
        {
            return false;
        }

        Span<byte> prefix = stackalloc byte[PrefixLength];
        buffer.Slice(0, PrefixLength).CopyTo(prefix);
        var length = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        if (prefix[0] != 0)
        {
            throw new InvalidDataException("compressed messages are not supported");
        }

        if (length > (uint)maxSize)
        {
            throw new InvalidDataException($"a message of {length} bytes is larger than {maxSize}");
        }

        if (buffer.Length < PrefixLength + length)
        {
            return false;
        }

        message = buffer.Slice(0, PrefixLength + length).ToArray();
        return true;
    }
}
