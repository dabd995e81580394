using System.Buffers;

namespace Mesh.Load.Http2;

/// <summary>Puts the messages of a stream together, for those who can read only whole ones. It holds memory from the first piece of a message until it is told to forget it.</summary>
internal sealed class MessageJoiner
{
    private byte[]? _buffer;
    private int _filled;

    /// <summary>Takes a piece of a message.</summary>
    /// <param name="piece">What <see cref="IGrpcHandler.Received"/> is given.</param>
    /// <param name="left">The same.</param>
    /// <param name="message">The message, when the piece is its last one: valid until the next call.</param>
    public bool TryJoin(ReadOnlySpan<byte> piece, int left, out ReadOnlyMemory<byte> message)
    {
        if (_filled == 0)
        {
            Forget();
            _buffer = ArrayPool<byte>.Shared.Rent(piece.Length + left);
        }

        piece.CopyTo(_buffer.AsSpan(_filled));
        _filled += piece.Length;
        message = left > 0 ? default : _buffer.AsMemory(0, _filled);
        _filled = left > 0 ? _filled : 0;
        return left == 0;
    }

    /// <summary>Forgets what there is of a message.</summary>
    public void Forget()
    {
        if (_buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        (_buffer, _filled) = (null, 0);
    }
}
