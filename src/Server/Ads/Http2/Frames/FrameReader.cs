using System.Runtime.CompilerServices;
using Mesh.Server.Ads.Transport;

namespace Mesh.Server.Ads.Http2.Frames;

/// <summary>
/// Cuts what a client sends into frames. DATA passes through as it comes; of other frames the payload is collected if it does not come at
/// once, so that a connection at rest keeps nothing.
/// </summary>
internal sealed class FrameReader(IFrameSink sink, TransportBuffers buffers)
{
    private HeaderBytes _header;
    private int _headerLength;
    private FrameHeader _frame;
    private bool _isInFrame;
    private bool _needsPadLength;
    private int _left;
    private int _padding;
    private byte[]? _payload;
    private int _payloadLength;

    /// <summary>Takes the next bytes.</summary>
    /// <exception cref="Http2Exception">The connection must end.</exception>
    public void Consume(ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            if (!_isInFrame)
            {
                var more = Math.Min(FrameHeader.Size - _headerLength, bytes.Length);
                bytes[..more].CopyTo(_header[_headerLength..]);
                _headerLength += more;
                bytes = bytes[more..];
                if (_headerLength < FrameHeader.Size)
                {
                    return;
                }

                Begin();
            }

            var isRead = _frame.Type switch
            {
                FrameType.Data => TryReadData(ref bytes),
                <= FrameType.Continuation => TryReadPayload(ref bytes),
                _ => TrySkip(ref bytes),
            };
            if (!isRead)
            {
                return;
            }

            (_isInFrame, _headerLength) = (false, 0);
        }
    }

    /// <summary>Gives back what is kept.</summary>
    public void Release()
    {
        if (_payload is not null)
        {
            buffers.Return(_payload);
            _payload = null;
        }
    }

    private void Begin()
    {
        _frame = FrameHeader.Read(_header);
        if (_frame.Length > FrameHeader.MaxPayload)
        {
            throw new Http2Exception(Http2Error.FrameSize, "a frame is too large");
        }

        sink.Begin(_frame);
        _isInFrame = true;
        (_left, _padding, _payloadLength) = (_frame.Length, 0, 0);
        _needsPadLength = _frame.Type == FrameType.Data && _frame.Has(FrameHeader.Padded);
        if (_needsPadLength && _left == 0)
        {
            throw new Http2Exception(Http2Error.FrameSize, "padding without a length");
        }
    }

    private bool TryReadData(ref ReadOnlySpan<byte> bytes)
    {
        if (_needsPadLength)
        {
            if (bytes.IsEmpty)
            {
                return false;
            }

            _padding = bytes[0];
            bytes = bytes[1..];
            _needsPadLength = false;
            if (--_left < _padding)
            {
                throw new Http2Exception(Http2Error.Protocol, "padding is longer than its frame");
            }
        }

        var payload = Math.Min(_left - _padding, bytes.Length);
        if (payload > 0)
        {
            sink.Data(bytes[..payload]);
            bytes = bytes[payload..];
            _left -= payload;
        }

        if (_left == _padding)
        {
            var padding = Math.Min(_padding, bytes.Length);
            bytes = bytes[padding..];
            _left -= padding;
            _padding -= padding;
        }

        if (_left > 0)
        {
            return false;
        }

        sink.EndData(_frame);
        return true;
    }

    /// <summary>What we do not know we do not keep (section 5.5).</summary>
    private bool TrySkip(ref ReadOnlySpan<byte> bytes)
    {
        var more = Math.Min(_left, bytes.Length);
        bytes = bytes[more..];
        _left -= more;
        if (_left > 0)
        {
            return false;
        }

        sink.Frame(_frame, []);
        return true;
    }

    private bool TryReadPayload(ref ReadOnlySpan<byte> bytes)
    {
        if (_payloadLength == 0 && bytes.Length >= _left)
        {
            sink.Frame(_frame, bytes[.._left]);
            bytes = bytes[_left..];
            return true;
        }

        var more = Math.Min(_left, bytes.Length);
        EnsureRoom(_payloadLength + more);
        bytes[..more].CopyTo(_payload.AsSpan(_payloadLength));
        _payloadLength += more;
        _left -= more;
        bytes = bytes[more..];
        if (_left > 0)
        {
            return false;
        }

        sink.Frame(_frame, _payload.AsSpan(0, _payloadLength));
        Release();
        return true;
    }

    /// <summary>In steps: who announces a large frame and sends none of it costs nothing.</summary>
    private void EnsureRoom(int bytes)
    {
        if (bytes == 0 || _payload?.Length >= bytes)
        {
            return;
        }

        var larger = buffers.Rent(Math.Min(_frame.Length, 2 * bytes));
        if (_payload is not null)
        {
            _payload.AsSpan(0, _payloadLength).CopyTo(larger);
            buffers.Return(_payload);
        }

        _payload = larger;
    }

    [InlineArray(FrameHeader.Size)]
    private struct HeaderBytes
    {
        private byte _first;
    }
}
