using System.Buffers;

namespace Mesh.Protocol.Wire;

/// <summary>Writes protobuf fields into a buffer writer, and says beforehand how long they will be.</summary>
internal static class FieldWriter
{
    /// <summary>Longest varint of a length.</summary>
    private const int MaxVarint = 5;

    /// <summary>Bytes before a gRPC message.</summary>
    private const int PrefixSize = 5;

    /// <summary>Bytes that are asked for in one piece at most: what a DATA frame holds that any client takes (RFC 9113, section 4.2).</summary>
    public const int LargestHint = 16 * 1024;

    /// <summary>Bytes of a length-delimited field with a field number below 16.</summary>
    public static int SizeOfBytes(int length) => 1 + SizeOfVarint((uint)length) + length;

    /// <summary>Bytes of a varint.</summary>
    public static int SizeOfVarint(uint value)
    {
        var size = 1;
        while (value >= 0x80)
        {
            value >>= 7;
            size++;
        }

        return size;
    }

    /// <summary>Writes tag and length of a length-delimited field.</summary>
    public static void WriteHead(IBufferWriter<byte> output, byte tag, int length)
    {
        var span = output.GetSpan(1 + MaxVarint);
        span[0] = tag;
        var at = 1;
        var value = (uint)length;
        while (value >= 0x80)
        {
            span[at++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[at++] = (byte)value;
        output.Advance(at);
    }

    /// <summary>Writes a whole length-delimited field.</summary>
    public static void WriteBytes(IBufferWriter<byte> output, byte tag, ReadOnlySpan<byte> bytes)
    {
        WriteHead(output, tag, bytes.Length);
        output.Write(bytes);
    }

    /// <summary>
    /// Writes the five bytes before each gRPC message: not compressed, and its length. The output learns how much room the message needs.
    /// </summary>
    public static void WriteMessagePrefix(IBufferWriter<byte> output, int length)
    {
        var span = output.GetSpan((int)Math.Min(PrefixSize + (long)length, LargestHint));
        span[0] = 0;
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(span[1..], length);
        output.Advance(PrefixSize);
    }
}
