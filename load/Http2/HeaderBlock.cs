using System.Buffers;
using System.Text;

namespace Mesh.Load.Http2;

/// <summary>
/// Header blocks (HPACK, RFC 7541): requests are written without the dynamic table and without Huffman codes, so that a block
/// is the same bytes on every connection. Of answers only plain literals are read, to say why a stream ended.
/// </summary>
internal static class HeaderBlock
{
    /// <summary>The headers of a gRPC call.</summary>
    /// <param name="path"><c>/SERVICE/METHOD</c>.</param>
    /// <param name="isTls">Whether the scheme is https.</param>
    /// <param name="authority">Host.</param>
    /// <param name="metadata">What goes with it.</param>
    public static byte[] OfCall(string path, bool isTls, string authority, params ReadOnlySpan<(string Name, string Value)> metadata)
    {
        var block = new ArrayBufferWriter<byte>(256);
        block.Write<byte>([0x83, (byte)(isTls ? 0x87 : 0x86)]);
        WriteIndexed(block, 4, path);
        WriteIndexed(block, 1, authority);
        WriteIndexed(block, 31, "application/grpc");
        WriteLiteral(block, "te", "trailers");
        foreach (var (name, value) in metadata)
        {
            WriteLiteral(block, name, value);
        }

        return block.WrittenSpan.ToArray();
    }

    /// <summary>What a block of trailers says in plain literals, for people.</summary>
    public static string Describe(ReadOnlySpan<byte> block)
    {
        var text = new StringBuilder();
        foreach (var name in (ReadOnlySpan<string>)["grpc-status", "grpc-message"])
        {
            var at = block.IndexOf(Encoding.ASCII.GetBytes(name));
            if (at < 0 || at + name.Length >= block.Length)
            {
                continue;
            }

            var length = block[at + name.Length];
            var value = block[(at + name.Length + 1)..];
            if (length <= value.Length && length < 0x7F)
            {
                text.Append(text.Length > 0 ? ", " : "").Append(name).Append(' ').Append(Encoding.ASCII.GetString(value[..length]));
            }
        }

        return text.Length > 0 ? text.ToString() : "ended by the server";
    }

    private static void WriteIndexed(ArrayBufferWriter<byte> block, int name, string value)
    {
        WriteInteger(block, 0, 4, name);
        WriteText(block, value);
    }

    private static void WriteLiteral(ArrayBufferWriter<byte> block, string name, string value)
    {
        block.Write<byte>([0]);
        WriteText(block, name);
        WriteText(block, value);
    }

    private static void WriteText(ArrayBufferWriter<byte> block, string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        WriteInteger(block, 0, 7, bytes.Length);
        block.Write(bytes);
    }

    /// <summary>An integer with a prefix of some bits (section 5.1).</summary>
    private static void WriteInteger(ArrayBufferWriter<byte> block, byte pattern, int prefixBits, int value)
    {
        var most = (1 << prefixBits) - 1;
        if (value < most)
        {
            block.Write<byte>([(byte)(pattern | value)]);
            return;
        }

        block.Write<byte>([(byte)(pattern | most)]);
        for (value -= most; value >= 0x80; value >>= 7)
        {
            block.Write<byte>([(byte)(value | 0x80)]);
        }

        block.Write<byte>([(byte)value]);
    }
}
