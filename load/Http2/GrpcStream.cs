using System.Buffers.Binary;

namespace Mesh.Load.Http2;

/// <summary>One call of a <see cref="GrpcConnection"/>.</summary>
internal sealed class GrpcStream(GrpcConnection connection, int id, GrpcCall call)
{
    /// <summary>Bytes before a message: whether it is compressed, and its length.</summary>
    internal const int PrefixSize = 5;

    private MessageBuffer _partial;
    private int _partialLength;
    private Queue<byte[]>? _waiting;

    /// <summary>Number of the stream on its connection.</summary>
    public int Id => id;

    /// <summary>Whether we dropped the connection.</summary>
    public bool IsDropped => connection.IsDropped;

    /// <summary>Whether the connection can carry another stream in place of this one when it has ended.</summary>
    public bool CanReopen => connection.CanOpen;

    /// <summary>What was called.</summary>
    internal GrpcCall Call => call;

    /// <summary>Bytes that the server takes on this stream.</summary>
    internal long SendWindow { get; set; }

    /// <summary>Bytes received since the window was last widened.</summary>
    internal int Unacknowledged { get; set; }

    internal bool HasEnded { get; set; }

    /// <summary>Messages that wait for the server's windows.</summary>
    internal Queue<byte[]> Waiting => _waiting ??= new Queue<byte[]>();

    /// <summary>Bytes of the first of them that are sent.</summary>
    internal int WaitingFrom { get; set; }

    internal bool IsWaiting => _waiting is { Count: > 0 };

    /// <summary>Sends a message.</summary>
    public void Send(ReadOnlySpan<byte> message) => connection.Send(this, message);

    /// <summary>Makes the call again on the same connection, as a new stream, which the handler is told as at first. The stream must have ended.</summary>
    /// <returns>False: the connection cannot carry it (<see cref="CanReopen"/>).</returns>
    public bool TryReopen() => connection.TryReopen(this);

    /// <summary>Takes the payload of a data frame, or a part of it.</summary>
    internal void Take(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty && !HasEnded)
        {
            if (_partial.IsNone)
            {
                if (data.Length >= PrefixSize && data.Length >= PrefixSize + MessageLength(data))
                {
                    var length = MessageLength(data);
                    call.Handler.Received(data.Slice(PrefixSize, length));
                    data = data[(PrefixSize + length)..];
                    continue;
                }

                _partial = MessageBuffers.Rent(data.Length < PrefixSize ? PrefixSize : PrefixSize + MessageLength(data));
                _partialLength = 0;
            }

            data = Complete(data);
        }
    }

    /// <summary>Gives back what is held of an unfinished message.</summary>
    internal void Forget()
    {
        HasEnded = true;
        _waiting = null;
        if (!_partial.IsNone)
        {
            MessageBuffers.Return(_partial);
            _partial = default;
        }
    }

    private ReadOnlySpan<byte> Complete(ReadOnlySpan<byte> data)
    {
        if (_partialLength < PrefixSize)
        {
            var some = Math.Min(PrefixSize - _partialLength, data.Length);
            Append(data[..some]);
            data = data[some..];
            if (_partialLength < PrefixSize)
            {
                return data;
            }
        }

        var total = PrefixSize + MessageLength(_partial.Span);
        if (_partial.Length < total)
        {
            var larger = MessageBuffers.Rent(total);
            _partial.Span[.._partialLength].CopyTo(larger.Span);
            MessageBuffers.Return(_partial);
            _partial = larger;
        }

        var rest = Math.Min(total - _partialLength, data.Length);
        Append(data[..rest]);
        if (_partialLength == total)
        {
            var whole = _partial;
            _partial = default;
            call.Handler.Received(whole.Span[PrefixSize..total]);
            MessageBuffers.Return(whole);
        }

        return data[rest..];
    }

    private void Append(ReadOnlySpan<byte> data)
    {
        data.CopyTo(_partial.Span[_partialLength..]);
        _partialLength += data.Length;
    }

    private static int MessageLength(ReadOnlySpan<byte> prefix) => prefix[0] == 0
        ? BinaryPrimitives.ReadInt32BigEndian(prefix[1..])
        : throw new InvalidDataException("a compressed message, which was not asked for");
}
