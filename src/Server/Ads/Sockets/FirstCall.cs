using System.Runtime.InteropServices;
using Mesh.Server.Ads.Http2.Frames;
using Mesh.Server.Ads.Http2.Headers;
using Mesh.Server.Ads.Http2.Hpack;

namespace Mesh.Server.Ads.Sockets;

/// <summary>Looks into the first bytes of a connection, and changes nothing.</summary>
internal static class FirstCall
{
    /// <summary>Whether all of HTTP/2's preface is there.</summary>
    public static bool IsHttp2(ReadOnlySpan<byte> begin) => begin.StartsWith(FrameHeader.Preface);

    /// <summary>Whose connection begins like this.</summary>
    /// <param name="begin">All that was read of it.</param>
    /// <param name="first">The head of its first call, where that decided; otherwise null.</param>
    public static ClientKind KindOf(ReadOnlySpan<byte> begin, out FirstHead? first)
    {
        first = null;
        if (!IsHttp2(begin))
        {
            return FrameHeader.Preface.StartsWith(begin) ? ClientKind.Unknown : ClientKind.Http1;
        }

        begin = begin[FrameHeader.Preface.Length..];
        while (begin.Length >= FrameHeader.Size)
        {
            var frame = FrameHeader.Read(begin);
            if (frame.Type == FrameType.Headers)
            {
                return KindOfHeaders(begin, frame, out first);
            }

            // What is broken is told so by those who know how.
            if (frame.Length > FrameHeader.MaxPayload || frame.Type is FrameType.Data or FrameType.Continuation or FrameType.PushPromise)
            {
                return ClientKind.Proxy;
            }

            if (begin.Length < FrameHeader.Size + frame.Length)
            {
                break;
            }

            begin = begin[(FrameHeader.Size + frame.Length)..];
        }

        return ClientKind.Unknown;
    }

    private static ClientKind KindOfHeaders(ReadOnlySpan<byte> frames, FrameHeader frame, out FirstHead? first)
    {
        first = null;
        // Most blocks come in one frame, and are decoded where they are.
        List<byte>? several = null;
        ReadOnlySpan<byte> block;
        while (true)
        {
            if (frames.Length < FrameHeader.Size)
            {
                return ClientKind.Unknown;
            }

            var next = FrameHeader.Read(frames);
            var isFirst = several is null;
            if (next.Type != (isFirst ? FrameType.Headers : FrameType.Continuation) || next.Length > FrameHeader.MaxPayload)
            {
                return ClientKind.Proxy;
            }

            if (frames.Length < FrameHeader.Size + next.Length)
            {
                return ClientKind.Unknown;
            }

            var payload = frames.Slice(FrameHeader.Size, next.Length);
            if (isFirst && !TryUnpad(frame, ref payload))
            {
                return ClientKind.Proxy;
            }

            if (isFirst && next.Has(FrameHeader.EndHeaders))
            {
                block = payload;
                break;
            }

            several ??= [];
            several.AddRange(payload);
            frames = frames[(FrameHeader.Size + next.Length)..];
            if (next.Has(FrameHeader.EndHeaders))
            {
                block = CollectionsMarshal.AsSpan(several);
                break;
            }
        }

        var decoder = new HeaderDecoder();
        var head = new RequestHead();
        var isDecoded = decoder.TryDecode(block, head);
        first = new FirstHead(decoder, head, isDecoded);
        return !isDecoded || !head.IsWellFormed || AdsMethods.IsOfProxies(head.Path!) ? ClientKind.Proxy : ClientKind.Http2;
    }

    private static bool TryUnpad(FrameHeader frame, ref ReadOnlySpan<byte> payload)
    {
        var padding = 0;
        if (frame.Has(FrameHeader.Padded))
        {
            if (payload.IsEmpty)
            {
                return false;
            }

            padding = payload[0];
            payload = payload[1..];
        }

        var priority = frame.Has(FrameHeader.HasPriority) ? 5 : 0;
        if (payload.Length < priority + padding)
        {
            return false;
        }

        payload = payload[priority..^padding];
        return true;
    }
}
