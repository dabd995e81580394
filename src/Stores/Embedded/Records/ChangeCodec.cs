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
    /// <param name="author">Mark of the program that wrote it; 0: none that is known.</param>
    /// <exception cref="FormatException">The bytes are no change.</exception>
    public ChangeRecord Read(ref ByteReader reader, RecentTexts texts, ushort author)
    {
        var mark = reader.ReadByte();
        var revision = reader.ReadInt64();
        var key = ReadKey(ref reader, texts);
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
            return new ChangeRecord(ChangeKind.Put, key, revision, ReadResource(new ByteReader(body), texts, descriptor, key, revision, author == Author), null);
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

    private Resource ReadResource(
        ByteReader reader, RecentTexts texts, ResourceDescriptor descriptor, ResourceKey key, long revision, bool isOwn)
    {
        var version = reader.ReadInt64();
        var created = reader.ReadInt64();
        var modified = reader.ReadInt64();
        ResourceKey? owner = reader.ReadByte() == 0 ? null : ReadKey(ref reader, texts);
        var labels = ReadLabels(ref reader, texts, key.Name);
        var spec = reader.ReadBytes();
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
            Spec = isOwn ? new StoredJson(spec.ToArray())
                : JsonSerializer.Deserialize(spec, descriptor.SpecType, json) ?? throw new JsonException("the spec is null"),
            Status = status.IsEmpty || descriptor.StatusType is not { } type ? null
                : isOwn ? new StoredJson(status.ToArray())
                : JsonSerializer.Deserialize(status, type, json),
        };
    }

    private static LabelSet ReadLabels(ref ByteReader reader, RecentTexts texts, string name)
    {
        var count = reader.ReadInt32();
        if (count < 0 || count > reader.Remaining)
        {
            throw new FormatException($"{count} is no number of labels");
        }

        var labels = texts.Labels(count);
        foreach (ref var label in labels)
        {
            var key = texts.Of(reader.ReadBytes());
            var value = reader.ReadBytes();

            // Hardly any other resource has its display name: it is not worth a place among the texts that many have.
            label = new(key, Ascii.Equals(value, name) ? name : key == ResourceLabels.DisplayName ? Encoding.UTF8.GetString(value) : texts.Of(value));
        }

        return LabelSet.Of(labels);
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
