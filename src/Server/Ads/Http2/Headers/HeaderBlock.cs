using Mesh.Server.Ads.Http2.Frames;
using Mesh.Server.Ads.Transport;

namespace Mesh.Server.Ads.Http2.Headers;

/// <summary>A header block that may come in several frames (RFC 9113, section 4.3), of bounded length and number.</summary>
internal sealed class HeaderBlock(TransportBuffers buffers)
{
    /// <summary>Frames of one block; they may be empty, and then length bounds nothing.</summary>
    private const int MaxFrames = 16;

    private byte[]? _bytes;
    private int _length;
    private int _frames;

    /// <summary>The stream whose block is not complete; 0: none.</summary>
    public int StreamId { get; private set; }

    /// <summary>Whether the stream's client side ends with it.</summary>
    public bool EndsStream { get; private set; }

    /// <summary>Whether its stream was said to depend on itself (section 5.3.1 of RFC 7540).</summary>
    public bool DependsOnItself { get; private set; }

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>The first fragment.</summary>
    /// <exception cref="Http2Exception">It is too long.</exception>
    public void Begin(in FrameHeader frame, bool dependsOnItself, ReadOnlySpan<byte> fragment)
    {
        (StreamId, EndsStream, DependsOnItself) = (frame.StreamId, frame.Has(FrameHeader.EndStream), dependsOnItself);
        (_length, _frames) = (0, 0);
        Continue(fragment);
    }

    /// <summary>A further fragment.</summary>
    /// <exception cref="Http2Exception">There are too many, or it is too long.</exception>
    public void Continue(ReadOnlySpan<byte> fragment)
    {
        if (++_frames > MaxFrames || _length + fragment.Length > RequestHead.MaxSize)
        {
            throw new Http2Exception(Http2Error.EnhanceYourCalm, "a header block is too long");
        }

        if (_bytes is null || _bytes.Length - _length < fragment.Length)
        {
            var larger = buffers.Rent(Math.Max(1, 2 * (_length + fragment.Length)));
            if (_bytes is not null)
            {
                _bytes.AsSpan(0, _length).CopyTo(larger);
                Return(_bytes);
            }

            _bytes = larger;
        }

        fragment.CopyTo(_bytes.AsSpan(_length));
        _length += fragment.Length;
    }

    /// <summary>The block is done with.</summary>
    public void Release()
    {
        StreamId = 0;
        if (_bytes is not null)
        {
            Return(_bytes);
            _bytes = null;
        }
    }

    private void Return(byte[] bytes)
    {
        // A credential may have been in it.
        bytes.AsSpan(0, _length).Clear();
        buffers.Return(bytes);
    }
}
