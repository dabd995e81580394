using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Mesh.Stores.Embedded.Records;

/// <summary>Writes numbers (little endian), texts and bytes with their lengths.</summary>
internal readonly struct ByteWriter(ArrayBufferWriter<byte> target)
{
    /// <summary>Writes one byte.</summary>
    public void WriteByte(byte value)
    {
        target.GetSpan(1)[0] = value;
        target.Advance(1);
    }

    /// <summary>Writes four bytes.</summary>
    public void WriteInt32(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(target.GetSpan(sizeof(int)), value);
        target.Advance(sizeof(int));
    }

    /// <summary>Writes eight bytes.</summary>
    public void WriteInt64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(target.GetSpan(sizeof(long)), value);
        target.Advance(sizeof(long));
    }

    /// <summary>Writes bytes as they are.</summary>
    public void WriteRaw(ReadOnlySpan<byte> value) => target.Write(value);

    /// <summary>Writes a length and bytes.</summary>
    public void WriteBytes(ReadOnlySpan<byte> value)
    {
        WriteInt32(value.Length);
        WriteRaw(value);
    }

    /// <summary>Writes a length and UTF-8.</summary>
    public void WriteText(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        WriteInt32(length);
        Encoding.UTF8.GetBytes(value, target.GetSpan(length));
        target.Advance(length);
    }
}
