using System.Buffers.Binary;
using System.Text;

namespace Mesh.Stores.Embedded.Records;

/// <summary>Reads what <see cref="ByteWriter"/> wrote. Every length is checked against what is there.</summary>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Nothing is left.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>How much is left.</summary>
    public readonly int Remaining => _rest.Length;

    /// <summary>Reads one byte.</summary>
    public byte ReadByte() => ReadRaw(1)[0];

    /// <summary>Reads four bytes.</summary>
    public int ReadInt32() => BinaryPrimitives.ReadInt32LittleEndian(ReadRaw(sizeof(int)));

    /// <summary>Reads eight bytes.</summary>
    public long ReadInt64() => BinaryPrimitives.ReadInt64LittleEndian(ReadRaw(sizeof(long)));

    /// <summary>Reads that many bytes.</summary>
    /// <exception cref="FormatException">There are not that many.</exception>
    public ReadOnlySpan<byte> ReadRaw(int count)
    {
        if (count < 0 || count > _rest.Length)
        {
            throw new FormatException($"{count} bytes are wanted, {_rest.Length} are there");
        }

        var read = _rest[..count];
        _rest = _rest[count..];
        return read;
    }

    /// <summary>Reads a length and bytes.</summary>
    public ReadOnlySpan<byte> ReadBytes() => ReadRaw(ReadInt32());

    /// <summary>Reads a length and UTF-8.</summary>
    public string ReadText() => Encoding.UTF8.GetString(ReadBytes());
}
