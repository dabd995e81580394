using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Mesh.Protocol.Relay;

namespace Mesh.Sidecar.State;

/// <summary>
/// Saved state as bytes. Numbers are little-endian, texts UTF-8 behind their length (7 bits a byte).
/// <code>
/// 0  8   "meshprxy"
/// 8  4   version of the format: 1
/// 12 8   length of the body
/// 20 32  SHA-256 of the body
/// 52     identity, request, saved at (ms since 1970, 8), work folder, DNS port (2), readiness port (2), bootstrap,
///        number of types (4), per type: URL, number of resources (4), per resource: name, version, length (4), bytes
/// </code>
/// </summary>
internal static class StateCodec
{
    /// <summary>Version of the format that is written.</summary>
    public const int Version = 1;

    private const int HeadLength = 52;
    private const int HashAt = 20;

    private static ReadOnlySpan<byte> Magic => "meshprxy"u8;

    /// <summary>The bytes of a state; equal states have equal bytes but for the time.</summary>
    public static byte[] Write(ProxyState state)
    {
        using var stream = new MemoryStream();
        stream.SetLength(HeadLength);
        stream.Position = HeadLength;
        using (var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true))
        {
            WriteBody(writer, state);
        }

        var bytes = stream.ToArray();
        var head = bytes.AsSpan(0, HeadLength);
        Magic.CopyTo(head);
        BinaryPrimitives.WriteInt32LittleEndian(head[8..], Version);
        BinaryPrimitives.WriteInt64LittleEndian(head[12..], bytes.Length - HeadLength);
        SHA256.HashData(bytes.AsSpan(HeadLength), head[HashAt..]);
        return bytes;
    }

    /// <summary>Reads a state.</summary>
    /// <exception cref="StateFormatException">The bytes are none, or not whole.</exception>
    public static ProxyState Read(byte[] bytes)
    {
        ReadOnlySpan<byte> span = bytes;
        if (span.Length < HeadLength || !span.StartsWith(Magic))
        {
            throw new StateFormatException("it is no saved state of a proxy");
        }

        if (BinaryPrimitives.ReadInt32LittleEndian(span[8..]) is var version && version != Version)
        {
            throw new StateFormatException($"its format is {version}, this program reads {Version}");
        }

        var length = BinaryPrimitives.ReadInt64LittleEndian(span[12..]);
        if (length != span.Length - HeadLength)
        {
            throw new StateFormatException($"it is cut off: {span.Length - HeadLength} of {length} bytes are there");
        }

        if (!SHA256.HashData(span[HeadLength..]).AsSpan().SequenceEqual(span[HashAt..HeadLength]))
        {
            throw new StateFormatException("it is damaged: its checksum is another");
        }

        try
        {
            using var reader = new BinaryReader(new MemoryStream(bytes, HeadLength, bytes.Length - HeadLength), Encoding.UTF8);
            return ReadBody(reader);
        }
        catch (Exception e) when (e is IOException or FormatException or ArgumentException)
        {
            throw new StateFormatException($"it cannot be read: {e.Message}", e);
        }
    }

    private static void WriteBody(BinaryWriter writer, ProxyState state)
    {
        writer.Write(state.Identity);
        writer.Write(state.Request);
        writer.Write(state.SavedAt.ToUnixTimeMilliseconds());
        writer.Write(state.WorkDir);
        writer.Write(state.DnsPort);
        writer.Write(state.ReadinessPort);
        writer.Write(state.Bootstrap);
        writer.Write(state.Configuration.Types.Count);
        foreach (var type in state.Configuration.Types.Order(StringComparer.Ordinal))
        {
            var resources = state.Configuration.Of(type);
            writer.Write(type);
            writer.Write(resources.Count);
            foreach (var resource in resources.Values.OrderBy(resource => resource.Name, StringComparer.Ordinal))
            {
                writer.Write(resource.Name);
                writer.Write(resource.Version);
                writer.Write(resource.Encoded.Length);
                writer.Write(resource.Encoded.Span);
            }
        }
    }

    private static ProxyState ReadBody(BinaryReader reader)
    {
        var state = new ProxyState
        {
            Identity = reader.ReadString(),
            Request = reader.ReadString(),
            SavedAt = DateTimeOffset.FromUnixTimeMilliseconds(reader.ReadInt64()),
            WorkDir = reader.ReadString(),
            DnsPort = reader.ReadUInt16(),
            ReadinessPort = reader.ReadUInt16(),
            Bootstrap = reader.ReadString(),
        };
        var types = new Dictionary<string, Dictionary<string, HeldResource>>(StringComparer.Ordinal);
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var resources = new Dictionary<string, HeldResource>(StringComparer.Ordinal);
            types.Add(reader.ReadString(), resources);
            for (var more = reader.ReadInt32(); more > 0; more--)
            {
                var (name, version, length) = (reader.ReadString(), reader.ReadString(), reader.ReadInt32());
                if (length < 0 || length > reader.BaseStream.Length - reader.BaseStream.Position)
                {
                    throw new FormatException($"resource {name} is longer than the file");
                }

                resources.Add(name, new HeldResource(name, version, reader.ReadBytes(length)));
            }
        }

        return state with { Configuration = new HeldConfiguration(types) };
    }
}
