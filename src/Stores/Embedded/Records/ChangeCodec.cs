using System.Buffers;
using System.Text.Json;
using Mesh.Model.Labels;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Model.Text;

namespace Mesh.Stores.Embedded.Records;

/// <summary>Changes to bytes and back: keys and times in binary, specs and statuses as JSON, so that a kind may gain fields.</summary>
internal sealed class ChangeCodec(ResourceCatalog catalog, JsonSerializerOptions json)
{
    // On disk: these numbers never change.
    private const byte PutMark = 1;
    private const byte DeletedMark = 2;

    private const int KeptScratch = 64 * 1024;

    // A writer and a rewriting run side by side.
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _scratch;

    /// <summary>Writes a change.</summary>
    public void Write(ArrayBufferWriter<byte> target, in ResourceChange change)
    {
        var writer = new ByteWriter(target);
        writer.WriteByte(change.Kind == ChangeKind.Put ? PutMark : DeletedMark);
        writer.WriteInt64(change.Revision);
        WriteKey(writer, change.Key);
        if (change.Kind != ChangeKind.Put)
        {
            writer.WriteInt32(0);
            return;
        }

        var body = _scratch ?? new ArrayBufferWriter<byte>();
        _scratch = null;
        WriteResource(new ByteWriter(body), change.Resource!);
        writer.WriteInt32(body.WrittenCount);
        writer.WriteRaw(body.WrittenSpan);

        // Zeroed: it may have been a secret.
        body.Clear();
        _scratch = body.Capacity > KeptScratch ? null : body;
    }

    /// <summary>Reads the next change.</summary>
    /// <exception cref="FormatException">The bytes are no change.</exception>
    public ChangeRecord Read(ref ByteReader reader)
    {
        var mark = reader.ReadByte();
        var revision = reader.ReadInt64();
        var key = ReadKey(ref reader);
        var body = reader.ReadRaw(reader.ReadInt32());
        if (mark == DeletedMark)
        {
            return new ChangeRecord(ChangeKind.Deleted, key, revision, null, null);
        }

        if (mark != PutMark)
        {
            throw new FormatException($"{mark} is no kind of change");
        }

        if (!catalog.TryGetKind(key.Kind, out var descriptor))
        {
            return new ChangeRecord(ChangeKind.Put, key, revision, null, $"kind {key.Kind} is not known to this version");
        }

        try
        {
            return new ChangeRecord(ChangeKind.Put, key, revision, ReadResource(new ByteReader(body), descriptor, key, revision), null);
        }
        catch (Exception fault) when (fault is JsonException or NotSupportedException or FormatException or ArgumentException)
        {
            return new ChangeRecord(ChangeKind.Put, key, revision, null, $"it cannot be read: {fault.Message}");
        }
    }

    private void WriteResource(ByteWriter writer, Resource resource)
    {
        writer.WriteInt64(resource.Version);
        writer.WriteInt64(resource.CreationTime.UtcTicks);
        writer.WriteInt64(resource.ModificationTime.UtcTicks);
        writer.WriteByte(resource.Owner is null ? (byte)0 : (byte)1);
        if (resource.Owner is { } owner)
        {
            WriteKey(writer, owner);
        }

        writer.WriteInt32(resource.Labels.Count);
        foreach (var (name, value) in resource.Labels)
        {
            writer.WriteText(name);
            writer.WriteText(value);
        }

        writer.WriteBytes(JsonSerializer.SerializeToUtf8Bytes(resource.Spec, resource.Descriptor.SpecType, json));
        var status = resource.Status is { } given && resource.Descriptor.StatusType is { } type
            ? JsonSerializer.SerializeToUtf8Bytes(given, type, json)
            : [];
        writer.WriteBytes(status);
    }

    private Resource ReadResource(ByteReader reader, ResourceDescriptor descriptor, ResourceKey key, long revision)
    {
        var version = reader.ReadInt64();
        var created = reader.ReadInt64();
        var modified = reader.ReadInt64();
        ResourceKey? owner = reader.ReadByte() == 0 ? null : ReadKey(ref reader);
        var labels = ReadLabels(ref reader, key.Name);
        var spec = JsonSerializer.Deserialize(reader.ReadBytes(), descriptor.SpecType, json)
            ?? throw new JsonException("the spec is null");
        var status = reader.ReadBytes();
        return new Resource
        {
            Descriptor = descriptor,
            Mesh = key.Mesh,
            Name = key.Name,
            Labels = labels,
            Version = version,
            Revision = revision,
            CreationTime = new DateTimeOffset(created, TimeSpan.Zero),
            ModificationTime = new DateTimeOffset(modified, TimeSpan.Zero),
            Owner = owner,
            Spec = spec,
            Status = status.Length > 0 && descriptor.StatusType is { } type ? JsonSerializer.Deserialize(status, type, json) : null,
        };
    }

    private static LabelSet ReadLabels(ref ByteReader reader, string name)
    {
        var count = reader.ReadInt32();
        var labels = new List<KeyValuePair<string, string>>();
        for (var i = 0; i < count; i++)
        {
            var key = TextPool.Of(reader.ReadBytes());
            var value = TextPool.Of(reader.ReadBytes());
            labels.Add(new(key, value == name ? name : value));
        }

        return LabelSet.Of([.. labels]);
    }

    private static void WriteKey(ByteWriter writer, ResourceKey key)
    {
        writer.WriteText(key.Kind);
        writer.WriteText(key.Mesh);
        writer.WriteText(key.Name);
    }

    private static ResourceKey ReadKey(ref ByteReader reader)
    {
        var kind = TextPool.Of(reader.ReadBytes());
        var mesh = TextPool.Of(reader.ReadBytes());
        return new ResourceKey(kind, mesh, reader.ReadText());
    }
}
