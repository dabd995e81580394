using Mesh.Server.Ads.Http2.Frames;
using Mesh.Server.Ads.Http2.Headers;
using Mesh.Server.Ads.Transport;

namespace Mesh.Server.Ads.Sockets;

/// <summary>The first bytes of a client, read until they tell who it is. Its array is pooled: <see cref="Release"/> it.</summary>
internal sealed class Hello(TransportBuffers buffers)
{
    /// <summary>Holds what a proxy says first: its call, and the first request of each type.</summary>
    private const int FirstRead = 2048;

    /// <summary>What may precede the end of the first header block.</summary>
    private const int MaxBegin = RequestHead.MaxSize + 4096;

    private byte[]? _bytes;
    private int _length;

    /// <summary>Who speaks, as far as it is known.</summary>
    public ClientKind Kind { get; private set; }

    /// <summary>The head of a proxy's first call; null: it is not there, or what precedes it is broken.</summary>
    public FirstHead? Head { get; private set; }

    /// <summary>Whether the client was sent an empty SETTINGS frame.</summary>
    public bool WasAnswered { get; set; }

    /// <summary>Whether it may be waiting for something to be said to it.</summary>
    public bool IsDueToBeAnswered => Kind == ClientKind.Unknown && !WasAnswered && FirstCall.IsHttp2(Bytes);

    /// <summary>What was read.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>What was read behind the preface of HTTP/2.</summary>
    public ReadOnlySpan<byte> Frames => Bytes[FrameHeader.Preface.Length..];

    /// <summary>Where the next bytes go.</summary>
    public Memory<byte> Room()
    {
        if (_bytes is null || _length == _bytes.Length)
        {
            var larger = buffers.Rent(Math.Max(FirstRead, Math.Min(2 * _length, MaxBegin)));
            Bytes.CopyTo(larger);
            Return();
            _bytes = larger;
        }

        return _bytes.AsMemory(_length);
    }

    /// <summary>Takes bytes that were read there.</summary>
    public void Take(int count)
    {
        _length += count;
        Kind = FirstCall.KindOf(Bytes, out var head);
        Head = head;
        if (Kind == ClientKind.Unknown && _length >= MaxBegin)
        {
            // Ours know what to say to somebody who goes on like this.
            Kind = ClientKind.Proxy;
        }
    }

    /// <summary>Gives the array back.</summary>
    public void Release()
    {
        Return();
        (_bytes, _length) = (null, 0);
    }

    private void Return()
    {
        if (_bytes is not null)
        {
            // A credential may have been in it.
            _bytes.AsSpan(0, _length).Clear();
            buffers.Return(_bytes);
        }
    }
}
