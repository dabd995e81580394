using System.Buffers;

namespace Mesh.Load.Http2;

/// <summary>Cuts a connection's bytes into frames. It holds a buffer only while a frame is incomplete.</summary>
internal sealed class FrameReader(IFrameSink sink)
{
    private readonly byte[] _header = new byte[Frames.HeaderSize];
    private int _headerLength;
    private int _payloadLeft;
    private byte[]? _payload;
    private int _payloadLength;
    private bool _inParts;
    private bool _isStopped;

    /// <summary>Takes bytes of any number.</summary>
    public void Read(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && !_isStopped)
        {
            bytes = _headerLength < Frames.HeaderSize ? TakeHeader(bytes) : TakePayload(bytes);
        }
    }

    /// <summary>Reads no further, also in the middle of <see cref="Read"/>.</summary>
    public void Stop()
    {
        _isStopped = true;
        Forget();
    }

    private ReadOnlySpan<byte> TakeHeader(ReadOnlySpan<byte> bytes)
    {
        var count = Math.Min(Frames.HeaderSize - _headerLength, bytes.Length);
        bytes[..count].CopyTo(_header.AsSpan(_headerLength));
        _headerLength += count;
        if (_headerLength == Frames.HeaderSize)
        {
            _payloadLeft = Frames.Length(_header);
            _inParts = sink.Begins(_header[3], _header[4], Frames.Stream(_header), _payloadLeft);
            if (_payloadLeft == 0)
            {
                End([]);
            }
        }

        return bytes[count..];
    }

    private ReadOnlySpan<byte> TakePayload(ReadOnlySpan<byte> bytes)
    {
        var part = bytes[..Math.Min(_payloadLeft, bytes.Length)];
        _payloadLeft -= part.Length;
        if (_inParts)
        {
            sink.TakePart(part);
            if (_payloadLeft == 0)
            {
                End([]);
            }
        }
        else if (_payload is null && _payloadLeft == 0)
        {
            End(part);
        }
        else
        {
            _payload ??= ArrayPool<byte>.Shared.Rent(part.Length + _payloadLeft);
            part.CopyTo(_payload.AsSpan(_payloadLength));
            _payloadLength += part.Length;
            if (_payloadLeft == 0)
            {
                End(_payload.AsSpan(0, _payloadLength));
            }
        }

        return bytes[part.Length..];
    }

    private void End(ReadOnlySpan<byte> payload)
    {
        _headerLength = 0;
        sink.TakeFrame(_header[3], _header[4], Frames.Stream(_header), payload);
        Forget();
    }

    private void Forget()
    {
        if (_payload is not null)
        {
            ArrayPool<byte>.Shared.Return(_payload);
            _payload = null;
        }

        _payloadLength = 0;
    }
}
