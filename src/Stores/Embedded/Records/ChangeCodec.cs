using System.Buffers;
using System.Globalization;
using System.IO.Hashing;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Mesh.Model.Labels;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Model.Text;

namespace Mesh.Stores.Embedded.Records;

/// <summary>
/// Changes to bytes and back: keys and times in binary, specs and statuses as JSON, so that a kind may gain fields. What is written is read once
/// before it counts, so what this program wrote it can read, and then it reads it when it is asked for (<see cref="StoredJson"/>). What another
/// program wrote is read at once, and whatever is wrong with it is known when the store is opened.
/// </summary>
internal sealed class ChangeCodec(ResourceCatalog catalog, JsonSerializerOptions json)
{
    // On disk: these numbers never change.
    private const byte PutMark = 1;
    private const byte DeletedMark = 2;

    private const int KeptScratch = 64 * 1024;

    // A writer and a rewriting run side by side.
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _scratch;

    /// <summary>
    /// Mark of this program among those that may have written a log, never 0: of the form in which it writes specs and statuses
    /// (<see cref="StoredFormAttribute"/>). Programs of one form read what each other wrote as what they wrote themselves.
    /// </summary>
    public ushort Author { get; } = AuthorOf(catalog);

    /// <summary>Writes a change.</summary>
    /// <exception cref="JsonException">The spec or the status would not be read again.</exception>
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
    /// <param name="reader">Where it stands.</param>
    /// <param name="texts">Texts of the changes before.</param>
    /// <param name="blocks">Takes what is read when it is asked for.</param>
    /// <param name="author">Mark of the program that wrote it; 0: none that is known.</param>
    /// <exception cref="FormatException">The bytes are no change.</exception>
    public ChangeRecord Read(ref ByteReader reader, RecentTexts texts, BlockBuilder blocks, ushort author)
    {
        var mark = reader.ReadByte();
        var revision = reader.ReadInt64();
        var kind = texts.Of(reader.ReadBytes());
        var mesh = texts.Of(reader.ReadBytes());
        var name = reader.ReadBytes();
        var body = reader.ReadRaw(reader.ReadInt32());
        if (mark == PutMark)
        {
            return Read(new ByteReader(body), texts, author == Author ? blocks : null, kind, mesh, name, revision);
        }

        return mark == DeletedMark
            ? ChangeRecord.Deleted(new ResourceKey(kind, mesh, Encoding.UTF8.GetString(name)), revision)
            : throw new FormatException($"{mark} is no kind of change");
    }

    private ChangeRecord Read(
        ByteReader reader, RecentTexts texts, BlockBuilder? blocks, string kind, string mesh, ReadOnlySpan<byte> name, long revision)
    {
        string fault;
        try
        {
            if (catalog.TryGetKind(kind, out var descriptor))
            {
                return ChangeRecord.Put(ReadResource(reader, texts, blocks, descriptor, mesh, name, revision));
            }

            fault = $"kind {kind} is not known to this version";
        }
        catch (Exception misfit) when (misfit is JsonException or NotSupportedException or FormatException or ArgumentException)
        {
            fault = $"it cannot be read: {misfit.Message}";
        }

        return ChangeRecord.Unreadable(new ResourceKey(kind, mesh, Encoding.UTF8.GetString(name)), revision, fault);
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

        WriteJson(writer, resource, resource.StoredSpec, static resource => resource.Spec, resource.Descriptor.SpecType);
        if (resource.Descriptor.StatusType is { } type)
        {
            WriteJson(writer, resource, resource.StoredStatus, static resource => resource.Status, type);
        }
        else
        {
            writer.WriteInt32(0);
        }
    }

    /// <summary>Writes a spec or a status; nothing when there is none.</summary>
    private void WriteJson(ByteWriter writer, Resource resource, ReadOnlySpan<byte> stored, Func<Resource, object?> content, Type type)
    {
        if (!stored.IsEmpty)
        {
            writer.WriteBytes(stored);
            return;
        }

        if (content(resource) is not { } value)
        {
            writer.WriteInt32(0);
            return;
        }

        var bytes = JsonSerializer.SerializeToUtf8Bytes(value, type, json);
        try
        {
            _ = JsonSerializer.Deserialize(bytes, type, json) ?? throw new JsonException("it is null");
        }
        catch (Exception fault) when (fault is JsonException or NotSupportedException or FormatException or ArgumentException)
        {
            throw new JsonException($"{resource.Key} would be stored in a form that cannot be read: {fault.Message}", fault);
        }

        writer.WriteBytes(bytes);
    }

    /// <summary>Reads a resource: with blocks, who it is, and where the rest lies; without, all of it.</summary>
    private Resource ReadResource(
        ByteReader reader, RecentTexts texts, BlockBuilder? blocks, ResourceDescriptor descriptor, string mesh, ReadOnlySpan<byte> name, long revision)
    {
        var version = reader.ReadInt64();
        var created = new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero);
        var modified = new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero);
        ResourceKey? owner = reader.ReadByte() == 0 ? null : ReadKey(ref reader, texts);
        if (blocks is not null)
        {
            var (block, place) = blocks.Add(name, Content(reader));
            return new Resource(descriptor, block, place)
            {
                Mesh = mesh,
                Version = version,
                Revision = revision,
                CreationTime = created,
                ModificationTime = modified,
                Owner = owner,
            };
        }

        var text = Encoding.UTF8.GetString(name);
        var labels = ReadLabels(ref reader, texts, text);
        var spec = reader.ReadBytes();
        var status = reader.ReadBytes();
        return new Resource
        {
            Descriptor = descriptor,
            Mesh = mesh,
            Name = text,
            Labels = labels,
            Version = version,
            Revision = revision,
            CreationTime = created,
            ModificationTime = modified,
            Owner = owner,
            Spec = JsonSerializer.Deserialize(spec, descriptor.SpecType, json) ?? throw new JsonException("the spec is null"),
            Status = status.IsEmpty || descriptor.StatusType is not { } type ? null : JsonSerializer.Deserialize(status, type, json),
        };
    }

    /// <summary>Labels, spec and status as they stand in the record, which is how <see cref="StoredBlock"/> has them: their lengths are checked.</summary>
    private static ReadOnlySpan<byte> Content(ByteReader reader)
    {
        var content = reader;
        for (var left = 2 * ReadLabelCount(ref reader); left > 0; left--)
        {
            reader.ReadBytes();
        }

        if (reader.ReadBytes().IsEmpty)
        {
            throw new FormatException("the spec is empty");
        }

        reader.ReadBytes();
        return content.ReadRaw(content.Remaining - reader.Remaining);
    }

    private static LabelSet ReadLabels(ref ByteReader reader, RecentTexts texts, string name)
    {
        var labels = texts.Labels(ReadLabelCount(ref reader));
        foreach (ref var label in labels)
        {
            var key = texts.Of(reader.ReadBytes());
            var value = reader.ReadBytes();

            // Hardly any other resource has its display name: it is not worth a place among the texts that many have.
            label = new(key, Ascii.Equals(value, name) ? name : key == ResourceLabels.DisplayName ? Encoding.UTF8.GetString(value) : texts.Of(value));
        }

        return LabelSet.Of(labels);
    }

    private static int ReadLabelCount(ref ByteReader reader)
    {
        var count = reader.ReadInt32();
        return count >= 0 && count <= reader.Remaining / (2 * sizeof(int)) ? count : throw new FormatException($"{count} is no number of labels");
    }

    private static void WriteKey(ByteWriter writer, ResourceKey key)
    {
        writer.WriteText(key.Kind);
        writer.WriteText(key.Mesh);
        writer.WriteText(key.Name);
    }

    private static ResourceKey ReadKey(ref ByteReader reader, RecentTexts texts)
    {
        var kind = texts.Of(reader.ReadBytes());
        var mesh = texts.Of(reader.ReadBytes());
        return new ResourceKey(kind, mesh, reader.ReadText());
    }

    private static ushort AuthorOf(ResourceCatalog catalog)
    {
        var hash = new XxHash64();
        foreach (var form in catalog.All
            .SelectMany(kind => new[] { kind.SpecType, kind.StatusType ?? kind.SpecType })
            .Append(typeof(ModelJson))
            .Select(type => type.Assembly)
            .Distinct()
            .Select(FormOf)
            .Append($"{typeof(JsonSerializer).Assembly.GetName().Version}")
            .Order(StringComparer.Ordinal))
        {
            hash.Append(Encoding.UTF8.GetBytes(form + "\n"));
        }

        return (ushort)((hash.GetCurrentHashAsUInt64() % ushort.MaxValue) + 1);
    }

    /// <summary>An assembly that does not number its forms has another with every build.</summary>
    private static string FormOf(Assembly assembly) =>
        $"{assembly.GetName().Name} {assembly.GetCustomAttribute<StoredFormAttribute>()?.Number.ToString(CultureInfo.InvariantCulture)
            ?? assembly.ManifestModule.ModuleVersionId.ToString()}";
}
