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
    public static ClientKind KindOf(ReadOnlySpan<byte> begin)
    {
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
                return KindOfHeaders(begin, frame);
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

    private static ClientKind KindOfHeaders(ReadOnlySpan<byte> frames, FrameHeader frame)
    {
        List<byte> block = [];
        var isFirst = true;
        while (true)
        {
            if (frames.Length < FrameHeader.Size)
            {
                return ClientKind.Unknown;
            }

            var next = FrameHeader.Read(frames);
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

            block.AddRange(payload);
            frames = frames[(FrameHeader.Size + next.Length)..];
            isFirst = false;
            if (next.Has(FrameHeader.EndHeaders))
            {
                break;
            }
        }

        var head = new RequestHead();
        var isBroken = !new HeaderDecoder().TryDecode(block.ToArray(), head) || !head.IsWellFormed;
        return isBroken || AdsMethods.IsOfProxies(head.Path!) ? ClientKind.Proxy : ClientKind.Http2;
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
