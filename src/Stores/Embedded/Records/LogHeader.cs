using System.Buffers;
using Mesh.Stores.Embedded.Log;

namespace Mesh.Stores.Embedded.Records;

/// <summary>First record of a log.</summary>
/// <param name="StoreId">Id of the store.</param>
/// <param name="Generation">Number of the log; each compaction begins the next.</param>
/// <param name="Revision">Revision of the store when the log was begun; what happened before is not known.</param>
internal readonly record struct LogHeader(Guid StoreId, int Generation, long Revision)
{
    /// <summary>Writes it.</summary>
    public void Write(ArrayBufferWriter<byte> target)
    {
        var writer = new ByteWriter(target);
        writer.WriteInt32(LogFormat.Version);
        writer.WriteRaw(StoreId.ToByteArray());
        writer.WriteInt32(Generation);
        writer.WriteInt64(Revision);
    }

    /// <summary>Reads it.</summary>
    /// <exception cref="FormatException">It is none, or of a newer version.</exception>
    public static LogHeader Read(ReadOnlySpan<byte> body)
    {
        var reader = new ByteReader(body);
        var version = reader.ReadInt32();
        if (version != LogFormat.Version)
        {
            throw new FormatException($"the log has format {version}; this version reads {LogFormat.Version}");
        }

        return new LogHeader(new Guid(reader.ReadRaw(16)), reader.ReadInt32(), reader.ReadInt64());
    }
}
