using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Mesh.Model.Values;

namespace Mesh.Sync.Wire;

/// <summary>
/// Fills a message from protobuf JSON. Fields that the message does not have are left out, as a peer leaves out what it does not know; maps are filled
/// in ordinal order of their keys, so that equal input gives equal bytes.
/// </summary>
internal static class JsonToProto
{
    private const int NanosPerSecond = 1_000_000_000;

    private static readonly ConcurrentDictionary<MessageDescriptor, FrozenDictionary<string, FieldDescriptor>> _fields = new();

    /// <summary>A message from a JSON object.</summary>
    /// <exception cref="WireFormatException">A value does not fit its field.</exception>
    public static IMessage Read(JsonElement json, MessageDescriptor descriptor, string path)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new WireFormatException(path, "must be an object");
        }

        var message = (IMessage)Activator.CreateInstance(descriptor.ClrType)!;
        var fields = _fields.GetOrAdd(
            descriptor, static d => d.Fields.InDeclarationOrder().ToFrozenDictionary(f => f.JsonName, StringComparer.Ordinal));
        foreach (var property in json.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.Null && fields.TryGetValue(property.Name, out var field))
            {
                Set(message, field, property.Value, $"{path}.{property.Name}");
            }
        }

        return message;
    }

    private static void Set(IMessage message, FieldDescriptor field, JsonElement json, string path)
    {
        if (field.IsMap)
        {
            var map = (IDictionary)field.Accessor.GetValue(message);
            var valueField = field.MessageType.FindFieldByNumber(2);
            foreach (var entry in Expect(json, JsonValueKind.Object, path).EnumerateObject().OrderBy(e => e.Name, StringComparer.Ordinal))
            {
                map[entry.Name] = ValueOf(valueField, entry.Value, $"{path}[{entry.Name}]");
            }
        }
        else if (field.IsRepeated)
        {
            var list = (IList)field.Accessor.GetValue(message);
            var index = 0;
            foreach (var item in Expect(json, JsonValueKind.Array, path).EnumerateArray())
            {
                list.Add(ValueOf(field, item, $"{path}[{index++}]"));
            }
        }
        else
        {
            field.Accessor.SetValue(message, ValueOf(field, json, path));
        }
    }

    private static object ValueOf(FieldDescriptor field, JsonElement json, string path) => field.FieldType switch
    {
        FieldType.String => TextOf(json, path),
        FieldType.Bytes => BytesOf(json, path),
        FieldType.Bool => FlagOf(json, path),
        FieldType.UInt32 => SmallOf(json, path),
        FieldType.UInt64 => LargeOf(json, path),
        FieldType.Enum => EnumOf(field.EnumType, json, path),
        FieldType.Message => MessageOf(field.MessageType, json, path),
        _ => throw new WireFormatException(path, $"fields of type {field.FieldType} are not known"),
    };

    private static object MessageOf(MessageDescriptor type, JsonElement json, string path) => type.FullName switch
    {
        // Fields of wrappers are set by what they wrap.
        "google.protobuf.UInt32Value" => SmallOf(json, path),
        "google.protobuf.BoolValue" => FlagOf(json, path),
        "google.protobuf.BytesValue" => BytesOf(json, path),
        "google.protobuf.Timestamp" => TimeOf(json, path),
        "google.protobuf.Duration" => DurationOf(json, path),
        "google.protobuf.Struct" => StructOf(json, path),
        _ => Read(json, type, path),
    };

    private static JsonElement Expect(JsonElement json, JsonValueKind kind, string path) =>
        json.ValueKind == kind ? json : throw new WireFormatException(path, $"must be {(kind == JsonValueKind.Object ? "an object" : "an array")}");

    private static string TextOf(JsonElement json, string path) =>
        json.ValueKind == JsonValueKind.String ? json.GetString()! : throw new WireFormatException(path, "must be a string");

    private static bool FlagOf(JsonElement json, string path) => json.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw new WireFormatException(path, "must be a boolean"),
    };

    private static ByteString BytesOf(JsonElement json, string path) =>
        json.ValueKind == JsonValueKind.String && json.TryGetBytesFromBase64(out var bytes)
            ? UnsafeByteOperations.UnsafeWrap(bytes)
            : throw new WireFormatException(path, "must be base64");

    private static uint SmallOf(JsonElement json, string path) =>
        json.ValueKind == JsonValueKind.Number && json.TryGetUInt32(out var number) ? number : throw new WireFormatException(path, "must be a number of 32 bits");

    private static ulong LargeOf(JsonElement json, string path) => json.ValueKind switch
    {
        JsonValueKind.Number when json.TryGetUInt64(out var number) => number,
        JsonValueKind.String when ulong.TryParse(json.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        _ => throw new WireFormatException(path, "must be a number of 64 bits"),
    };

    private static object EnumOf(EnumDescriptor type, JsonElement json, string path) =>
        json.ValueKind == JsonValueKind.String && type.FindValueByName(json.GetString()!) is { } value
            ? System.Enum.ToObject(type.ClrType, value.Number)
            : throw new WireFormatException(path, $"must be one of {string.Join(", ", type.Values.Select(v => v.Name))}");

    private static Timestamp TimeOf(JsonElement json, string path) =>
        json.ValueKind == JsonValueKind.String && json.TryGetDateTimeOffset(out var time)
            ? Timestamp.FromDateTimeOffset(time)
            : throw new WireFormatException(path, "must be a time");

    private static Duration DurationOf(JsonElement json, string path)
    {
        if (json.ValueKind != JsonValueKind.String || !GoDuration.TryParse(json.GetString()!, out var duration))
        {
            throw new WireFormatException(path, "must be a duration");
        }

        return new Duration { Seconds = duration.Nanoseconds / NanosPerSecond, Nanos = (int)(duration.Nanoseconds % NanosPerSecond) };
    }

    private static Struct StructOf(JsonElement json, string path)
    {
        var fields = new Struct();
        foreach (var property in Expect(json, JsonValueKind.Object, path).EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal))
        {
            fields.Fields[property.Name] = AnyOf(property.Value, $"{path}.{property.Name}");
        }

        return fields;
    }

    private static Value AnyOf(JsonElement json, string path) => json.ValueKind switch
    {
        JsonValueKind.String => Value.ForString(json.GetString()!),
        JsonValueKind.Number => Value.ForNumber(json.GetDouble()),
        JsonValueKind.True => Value.ForBool(true),
        JsonValueKind.False => Value.ForBool(false),
        JsonValueKind.Object => Value.ForStruct(StructOf(json, path)),
        JsonValueKind.Array => Value.ForList([.. json.EnumerateArray().Select(item => AnyOf(item, path))]),
        _ => Value.ForNull(),
    };
}
