using System.Buffers;
using System.Buffers.Binary;
using Mesh.Engine.Persistence;
using Mesh.Stores.Embedded.Records;

namespace Mesh.Stores.Manifests;

/// <summary>
/// The body of an entry of the manifest log, little endian. Frozen: what changes it changes <see cref="Magic"/>.
/// <code>"MAN1" | count | count x { id length | id | seconds since 1970 | slices | slices x { type hash (8) | fingerprint (16) } }</code>
/// </summary>
internal static class ManifestCodec
{
    private const int MaxSlices = 64;

    private static ReadOnlySpan<byte> Magic => "MAN1"u8;

    /// <summary>Writes manifests.</summary>
    public static void Write(ArrayBufferWriter<byte> target, ReadOnlySpan<KeyValuePair<string, StoredManifest>> manifests)
    {
        var writer = new ByteWriter(target);
        writer.WriteRaw(Magic);
        writer.WriteInt32(manifests.Length);
        Span<byte> fingerprint = stackalloc byte[16];
        foreach (var (proxyId, stored) in manifests)
        {
            writer.WriteText(proxyId);
            writer.WriteInt64(stored.WrittenAt.ToUnixTimeSeconds());
            writer.WriteByte((byte)stored.Manifest.Slices.Length);
            foreach (var slice in stored.Manifest.Slices)
            {
                writer.WriteInt64((long)slice.TypeHash);
                BinaryPrimitives.WriteUInt128LittleEndian(fingerprint, slice.Fingerprint);
                writer.WriteRaw(fingerprint);
            }
        }
    }

    /// <summary>Reads manifests into a dictionary; later ones replace earlier ones.</summary>
    /// <exception cref="FormatException">The body is something else.</exception>
    public static void Read(ReadOnlySpan<byte> body, Dictionary<string, StoredManifest> into)
    {
        var reader = new ByteReader(body);
        if (!reader.ReadRaw(Magic.Length).SequenceEqual(Magic))
        {
            throw new FormatException("an entry is none of manifests");
        }

        var count = reader.ReadInt32();
        Span<SliceMark> slices = stackalloc SliceMark[MaxSlices];
        for (var i = 0; i < count; i++)
        {
            var proxyId = reader.ReadText();
            var writtenAt = Time(reader.ReadInt64());
            var length = reader.ReadByte();
            if (length > MaxSlices)
            {
                throw new FormatException($"a manifest has {length} types");
            }

            for (var j = 0; j < length; j++)
            {
                slices[j] = new SliceMark((ulong)reader.ReadInt64(), BinaryPrimitives.ReadUInt128LittleEndian(reader.ReadRaw(16)));
            }

            into[proxyId] = new StoredManifest(new SnapshotManifest(slices[..length]), writtenAt);
        }

        if (!reader.IsAtEnd)
        {
            throw new FormatException($"{reader.Remaining} bytes follow the manifests of an entry");
        }
    }

    private static DateTimeOffset Time(long seconds) =>
        seconds is >= 0 and < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : throw new FormatException($"{seconds} is no time");
}
