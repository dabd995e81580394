using System.Buffers.Binary;
using System.IO.Hashing;

namespace Mesh.Stores.Embedded.Log;

/// <summary>
/// How records lie in a log file. FASTER's part: pages of 1 MiB, the first 64 bytes of the file unused; a record is a
/// 32-bit length and its bytes, padded to 4, and does not cross a page; length 0 ends a page. Ours, in its bytes:
/// <code>
///  0        4    5     6        8          16             24        32
///  | "MREC" | kind | flags | author | sequence | durable seq. | hash    | body ...
/// </code>
/// Little endian. Sequences count the records of a file from 0. The hash is XXH64 over all other bytes. Everything up
/// to "durable" was known to be on disk when the record was made: a later record proves that an earlier one was whole.
/// The author is a mark of the program that encoded the body, 0 where it says nothing; programs before it wrote 0 and do not look at it.
/// </summary>
internal static class LogFormat
{
    /// <summary>Version of the format; in the header of every log.</summary>
    public const ushort Version = 1;

    /// <summary>Where the first record lies.</summary>
    public const long Begin = 64;

    /// <summary>A page is two to the power of this.</summary>
    public const int PageBits = 20;

    /// <summary>Bytes of a page.</summary>
    public const int PageBytes = 1 << PageBits;

    /// <summary>One file holds the log, however long.</summary>
    public const int SegmentBits = 40;

    /// <summary>Bytes before the body.</summary>
    public const int HeaderBytes = 32;

    /// <summary>Longest body; longer ones are spread over several records.</summary>
    public const int MaxBodyBytes = 128 * 1024;

    /// <summary>FASTER's length before each record.</summary>
    public const int LengthBytes = 4;

    /// <summary>"MREC".</summary>
    public static ReadOnlySpan<byte> Magic => "MREC"u8;

    private const byte ContinuesFlag = 1;
    private const int AuthorOffset = 6;
    private const int HashOffset = 24;

    [ThreadStatic]
    private static XxHash64? _hash;

    /// <summary>Writes a record.</summary>
    /// <returns>Its length.</returns>
    public static int Write(Span<byte> target, RecordKind kind, bool continues, ushort author, long sequence, long durable, ReadOnlySpan<byte> body)
    {
        var record = target[..(HeaderBytes + body.Length)];
        Magic.CopyTo(record);
        record[4] = (byte)kind;
        record[5] = continues ? ContinuesFlag : (byte)0;
        BinaryPrimitives.WriteUInt16LittleEndian(record[AuthorOffset..], author);
        BinaryPrimitives.WriteInt64LittleEndian(record[8..], sequence);
        BinaryPrimitives.WriteInt64LittleEndian(record[16..], durable);
        body.CopyTo(record[HeaderBytes..]);
        BinaryPrimitives.WriteUInt64LittleEndian(record[HashOffset..], HashOf(record));
        return record.Length;
    }

    /// <summary>Reads a record; false when its bytes are not one.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out LogRecord record)
    {
        record = default;
        if (bytes.Length < HeaderBytes
            || bytes.Length > HeaderBytes + MaxBodyBytes
            || !bytes.StartsWith(Magic)
            || BinaryPrimitives.ReadUInt64LittleEndian(bytes[HashOffset..]) != HashOf(bytes))
        {
            return false;
        }

        record = new LogRecord(
            (RecordKind)bytes[4],
            (bytes[5] & ContinuesFlag) != 0,
            BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[AuthorOffset..]));
        return true;
    }

    /// <summary>Bytes that a record takes in the file.</summary>
    public static int Framed(int recordBytes) => LengthBytes + ((recordBytes + 3) & ~3);

    private static ulong HashOf(ReadOnlySpan<byte> record)
    {
        var hash = _hash ??= new XxHash64();
        hash.Reset();
        hash.Append(record[..HashOffset]);
        hash.Append(record[HeaderBytes..]);
        return hash.GetCurrentHashAsUInt64();
    }
}
