using System.Buffers.Text;
using System.Text;
using Mesh.Protocol.Ads;
using Mesh.Server.Ads.Http2.Frames;

namespace Mesh.Server.Ads.Http2.Headers;

/// <summary>Header blocks of responses, as whole frames. Nothing is remembered by the client and nothing is Huffman-coded.</summary>
internal static class ResponseHead
{
    /// <summary>More of a message is cut off: it is for people.</summary>
    private const int MaxMessage = 1024;

    /// <summary><c>:status 200</c> and <c>content-type application/grpc</c>.</summary>
    private static readonly byte[] _begin = [0x88, 0x0F, 31 - 15, 16, .. "application/grpc"u8];

    /// <summary>What precedes the first message.</summary>
    public static byte[] Begin(int streamId) => Frame(streamId, FrameHeader.EndHeaders, _begin);

    /// <summary>What ends a call.</summary>
    /// <param name="streamId">The stream.</param>
    /// <param name="hasBegun">Whether <see cref="Begin"/> was sent; otherwise it is contained.</param>
    /// <param name="status">How the call ends.</param>
    /// <param name="message">Why, for people.</param>
    public static byte[] End(int streamId, bool hasBegun, GrpcStatusCode status, string message)
    {
        List<byte> block = hasBegun ? [] : [.. _begin];
        Span<byte> code = stackalloc byte[4];
        Utf8Formatter.TryFormat((int)status, code, out var digits);
        Literal(block, "grpc-status"u8, code[..digits]);
        if (message.Length > 0)
        {
            var text = Encoding.ASCII.GetBytes(GrpcMessage.Encode(message.Length <= MaxMessage ? message : message[..MaxMessage]));
            Literal(block, "grpc-message"u8, text);
        }

        return Frame(streamId, FrameHeader.EndHeaders | FrameHeader.EndStream, block.ToArray());
    }

    /// <summary>A response that is a status of HTTP and nothing else: the request was none of gRPC.</summary>
    public static byte[] Status(int streamId, int status)
    {
        Span<byte> code = stackalloc byte[4];
        Utf8Formatter.TryFormat(status, code, out var digits);
        return Frame(streamId, FrameHeader.EndHeaders | FrameHeader.EndStream, [0x08, (byte)digits, .. code[..digits]]);
    }

    private static void Literal(List<byte> block, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        block.Add(0);
        Text(block, name);
        Text(block, value);
    }

    private static void Text(List<byte> block, ReadOnlySpan<byte> text)
    {
        const int Most = 0x7F;
        var length = text.Length;
        block.Add((byte)Math.Min(length, Most));
        if (length >= Most)
        {
            for (length -= Most; length >= 0x80; length >>= 7)
            {
                block.Add((byte)(length | 0x80));
            }

            block.Add((byte)length);
        }

        block.AddRange(text);
    }

    private static byte[] Frame(int streamId, byte flags, ReadOnlySpan<byte> block)
    {
        var frame = new byte[FrameHeader.Size + block.Length];
        FrameHeader.Write(frame, block.Length, FrameType.Headers, flags, streamId);
        block.CopyTo(frame.AsSpan(FrameHeader.Size));
        return frame;
    }
}
