namespace Mesh.Load.Http2;

/// <summary>One call of a <see cref="GrpcConnection"/>.</summary>
internal sealed class GrpcStream(GrpcConnection connection, int id, GrpcCall call)
{
    /// <summary>Bytes before a message: whether it is compressed, and its length.</summary>
    internal const int PrefixSize = 5;

    /// <summary>Longest message that is read.</summary>
    internal const int MaxMessage = 1 << 30;

    private ulong _prefix;
    private int _prefixLength;
    private int _left;
    private Queue<byte[]>? _waiting;

    /// <summary>Number of the stream on its connection.</summary>
    public int Id => id;

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
    /// <exception cref="InvalidDataException">A message is compressed, or longer than <see cref="MaxMessage"/>.</exception>
    internal void Take(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty && !HasEnded)
        {
            if (_left == 0 && !TryTakePrefix(ref data))
            {
                return;
            }

            var piece = data[..Math.Min(_left, data.Length)];
            data = data[piece.Length..];
            _left -= piece.Length;
            if (!piece.IsEmpty || _left == 0)
            {
                call.Handler.Received(piece, _left);
            }
        }
    }

    /// <summary>Nothing more is sent or received.</summary>
    internal void Forget()
    {
        HasEnded = true;
        _waiting = null;
    }

    /// <summary>Takes what stands before a message; false: not all of it is there.</summary>
    private bool TryTakePrefix(ref ReadOnlySpan<byte> data)
    {
        for (; _prefixLength < PrefixSize; _prefixLength++)
        {
            if (data.IsEmpty)
            {
                return false;
            }

            _prefix = (_prefix << 8) | data[0];
            data = data[1..];
        }

        if (_prefix > MaxMessage)
        {
            throw new InvalidDataException(_prefix > uint.MaxValue ? "a compressed message, which was not asked for" : $"a message of {_prefix} bytes");
        }

        _left = (int)_prefix;
        (_prefix, _prefixLength) = (0, 0);
        return true;
    }
}
