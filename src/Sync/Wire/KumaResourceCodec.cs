using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Kuma.Mesh.V1Alpha1;
using Mesh.Model.Labels;
using Mesh.Model.Resources;
using Mesh.Model.Text;
using Mesh.Model.Validation;
using Mesh.Sync.Names;

namespace Mesh.Sync.Wire;

/// <summary>
/// Resources as the bytes of a <c>KumaResource</c> and back (contract §4.1). Equal resources give equal bytes, so the hash of the bytes is a version.
/// What does not travel: creation and modification times, versions of the store, owners.
/// </summary>
public static class KumaResourceCodec
{
    /// <summary>Bytes that one resource may have when it is read.</summary>
    public const int MaxLength = 4 * 1024 * 1024;

    /// <summary>Labels that one resource may have when it is read.</summary>
    public const int MaxLabels = 1024;

    // Tags of KumaResource and its Meta: field number and wire type 2.
    private const uint MetaTag = 10;
    private const uint SpecTag = 18;
    private const uint StatusTag = 26;
    private const uint NameTag = 10;
    private const uint MeshTag = 18;
    private const uint LabelTag = 50;
    private const uint KeyTag = 10;
    private const uint ValueTag = 18;

    private static readonly MessageParser<KumaResource> _parser = KumaResource.Parser;

    /// <summary>The bytes of a resource. The status goes along where the kind has one; an empty one stands for none.</summary>
    /// <returns>Null, and the fault, when a value does not fit the wire form.</returns>
    public static byte[]? Encode(Resource resource, out SyncFault? fault)
    {
        ArgumentNullException.ThrowIfNull(resource);
        try
        {
            fault = null;
            return Write(resource);
        }
        catch (WireFormatException misfit)
        {
            fault = new SyncFault(resource.Kind, SyncNames.OnWire(resource), misfit.Path, misfit.Message);
        }
        catch (Exception misfit) when (misfit is JsonException or NotSupportedException or ArgumentException)
        {
            fault = new SyncFault(resource.Kind, SyncNames.OnWire(resource), "spec", misfit.Message);
        }

        return null;
    }

    /// <summary>
    /// Reads a resource. Never throws for bad bytes: every fault is reported. The kind's rules are applied to it under its display name, because the names
    /// that control planes make are longer than users' names.
    /// </summary>
    /// <param name="kind">Kind of the delivery that it is in.</param>
    /// <param name="wireName">Its name in the delivery; must be the one that is in the bytes.</param>
    /// <param name="bytes">An encoded <c>KumaResource</c>.</param>
    public static DecodedResource Decode(ResourceDescriptor kind, string wireName, ReadOnlySpan<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(wireName);
        if (bytes.Length > MaxLength)
        {
            return Fault(kind, wireName, "", $"has {bytes.Length} bytes, more than {MaxLength}");
        }

        try
        {
            return Read(kind, wireName, _parser.ParseFrom(bytes));
        }
        catch (InvalidProtocolBufferException)
        {
            return Fault(kind, wireName, "", "is no encoded KumaResource");
        }
        catch (WireFormatException misfit)
        {
            return Fault(kind, wireName, misfit.Path, misfit.Message);
        }
        catch (Exception misfit) when (misfit is not OutOfMemoryException)
        {
            // Whatever a peer found to break the rules of a kind with: it is the fault of this resource, and of no other.
            return Fault(kind, wireName, PathOf(misfit), "a value does not fit its field");
        }
    }

    private static byte[] Write(Resource resource)
    {
        var (typeUrl, spec) = SpecOf(resource);
        var labels = LabelSet.Of(resource.Labels).AsSpan();
        var metaLength = SizeOfText(resource.Name) + SizeOfText(resource.Mesh);
        foreach (var label in labels)
        {
            metaLength += SizeOfMessage(SizeOfLabel(label));
        }

        var specLength = SizeOfText(typeUrl) + SizeOfBytes(spec.Length);
        var status = StatusOf(resource);
        var statusLength = status is null ? 0 : SizeOfBytes(status.Length);
        var result = new byte[
            SizeOfMessage(metaLength) + SizeOfMessage(specLength) + (status is null ? 0 : SizeOfMessage(statusLength))];
        var output = new CodedOutputStream(result);
        WriteHead(output, MetaTag, metaLength);
        WriteText(output, NameTag, resource.Name);
        WriteText(output, MeshTag, resource.Mesh);
        foreach (var label in labels)
        {
            WriteHead(output, LabelTag, SizeOfLabel(label));
            output.WriteTag(KeyTag);
            output.WriteString(label.Key);
            output.WriteTag(ValueTag);
            output.WriteString(label.Value);
        }

        WriteHead(output, SpecTag, specLength);
        WriteText(output, KeyTag, typeUrl);
        WriteContent(output, spec);
        if (status is not null)
        {
            WriteHead(output, StatusTag, statusLength);
            WriteContent(output, status);
        }

        output.Flush();
        return result;
    }

    private static (string TypeUrl, byte[] Bytes) SpecOf(Resource resource)
    {
        if (ProtoSpec.Of(resource.Kind) is not { } proto)
        {
            // Most of what a Global passes on nobody else reads: the bytes that are stored are those that are sent.
            return ("", resource.StoredSpec is { IsEmpty: false } stored
                ? stored.ToArray()
                : JsonSerializer.SerializeToUtf8Bytes(resource.Spec, resource.Descriptor.SpecType, ModelJson.Options));
        }

        using var json = JsonSerializer.SerializeToDocument(resource.Spec, resource.Descriptor.SpecType, ModelJson.Options);
        return (proto.TypeUrl, JsonToProto.Read(json.RootElement, proto.Message, "spec").ToByteArray());
    }

    private static byte[]? StatusOf(Resource resource) => resource.Descriptor.StatusType is { } type
        ? JsonSerializer.SerializeToUtf8Bytes(resource.Status ?? Activator.CreateInstance(type), type, ModelJson.Options)
        : null;

    private static DecodedResource Read(ResourceDescriptor kind, string wireName, KumaResource message)
    {
        if (message.Meta is not { } meta || meta.Name.Length == 0)
        {
            return Fault(kind, wireName, "meta.name", "is missing");
        }

        if (meta.Labels.Count > MaxLabels)
        {
            return Fault(kind, wireName, "meta.labels", $"are more than {MaxLabels}");
        }

        if ((kind.Scope == ResourceScope.Mesh) != (meta.Mesh.Length > 0))
        {
            return Fault(kind, wireName, "meta.mesh", kind.Scope == ResourceScope.Mesh ? "is missing" : "must be empty");
        }

        var resource = new Resource
        {
            Descriptor = kind,
            Name = meta.Name,
            Mesh = TextPool.Of(meta.Mesh),
            Labels = ReadLabels(meta),
            Spec = ReadSpec(kind, message.Spec),
            Status = ReadStatus(kind, message.Status),
        };
        if (SyncNames.OnWire(resource) != wireName)
        {
            return Fault(kind, wireName, "meta.name", $"says {SyncNames.OnWire(resource)}");
        }

        var violations = ResourceValidation.Validate(resource with { Name = resource.DisplayName });
        NameRules.Check(resource.Name, violations);
        return violations.IsEmpty
            ? DecodedResource.Of(resource)
            : DecodedResource.Unreadable([.. violations.Select(v => new SyncFault(kind.Kind, wireName, v.Field, v.Message))]);
    }

    private static LabelSet ReadLabels(KumaResource.Types.Meta meta)
    {
        var labels = new KeyValuePair<string, string>[meta.Labels.Count];
        var count = 0;
        foreach (var (key, value) in meta.Labels)
        {
            labels[count++] = new(TextPool.Of(key), value == meta.Name ? meta.Name : TextPool.Of(value));
        }

        return LabelSet.Of(labels);
    }

    private static object ReadSpec(ResourceDescriptor kind, Any? content)
    {
        if (ProtoSpec.Of(kind.Kind) is { } proto)
        {
            if (content is not null && content.TypeUrl.Length > 0 && content.TypeUrl != proto.TypeUrl)
            {
                throw new WireFormatException("spec", $"is of type {content.TypeUrl}, not {proto.TypeUrl}");
            }

            var message = proto.Message.Parser.ParseFrom(content?.Value ?? ByteString.Empty);
            var buffer = new System.Buffers.ArrayBufferWriter<byte>(256);
            using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = ModelJson.Options.Encoder, SkipValidation = true }))
            {
                ProtoToJson.Write(json, message, "spec");
            }

            return ReadJson(buffer.WrittenSpan, kind.SpecType, "spec");
        }

        return content is { Value.IsEmpty: false } ? ReadJson(content.Value.Span, kind.SpecType, "spec") : throw new WireFormatException("spec", "is missing");
    }

    private static object? ReadStatus(ResourceDescriptor kind, Any? content) =>
        kind.StatusType is { } type && content is { Value.IsEmpty: false } ? ReadJson(content.Value.Span, type, "status") : null;

    private static object ReadJson(ReadOnlySpan<byte> utf8, System.Type type, string path)
    {
        try
        {
            if (utf8.IndexOf("null"u8) >= 0)
            {
                DemandItems(utf8, type, path);
            }

            return JsonSerializer.Deserialize(utf8, type, ModelJson.Options) ?? throw new WireFormatException(path, "is null");
        }
        catch (JsonException misfit)
        {
            throw new WireFormatException(path + (misfit.Path is { Length: > 1 } place ? place[1..] : ""), "does not fit its field");
        }
    }

    private static void DemandItems(ReadOnlySpan<byte> utf8, System.Type type, string path)
    {
        var reader = new Utf8JsonReader(utf8);
        using var json = JsonDocument.ParseValue(ref reader);
        if (NullItems.Find(json.RootElement, type) is { } place)
        {
            throw new WireFormatException(path + place, "is null");
        }
    }

    private static string PathOf(Exception misfit) => misfit is JsonException { Path: { Length: > 1 } path } ? path[2..] : "";

    private static DecodedResource Fault(ResourceDescriptor kind, string wireName, string path, string message) =>
        DecodedResource.Unreadable(new SyncFault(kind.Kind, wireName, path, message));

    private static int SizeOfMessage(int length) => 1 + CodedOutputStream.ComputeLengthSize(length) + length;

    private static int SizeOfText(string text) => text.Length == 0 ? 0 : 1 + CodedOutputStream.ComputeStringSize(text);

    private static int SizeOfBytes(int length) => length == 0 ? 0 : SizeOfMessage(length);

    // Entries of maps carry both fields even where they are empty.
    private static int SizeOfLabel(KeyValuePair<string, string> label) =>
        2 + CodedOutputStream.ComputeStringSize(label.Key) + CodedOutputStream.ComputeStringSize(label.Value);

    private static void WriteHead(CodedOutputStream output, uint tag, int length)
    {
        output.WriteTag(tag);
        output.WriteLength(length);
    }

    private static void WriteContent(CodedOutputStream output, byte[] content)
    {
        if (content.Length > 0)
        {
            output.WriteTag(ValueTag);
            output.WriteBytes(UnsafeByteOperations.UnsafeWrap(content));
        }
    }

    private static void WriteText(CodedOutputStream output, uint tag, string text)
    {
        if (text.Length > 0)
        {
            output.WriteTag(tag);
            output.WriteString(text);
        }
    }
}
