using System.Collections;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Mesh.Model.Text;

namespace Mesh.Sync.Wire;

/// <summary>
/// Writes a message as protobuf JSON, straight into a JSON writer. Fields that hold their default are left out; keys of maps are in ordinal order.
/// </summary>
internal static class ProtoToJson
{
    // What .NET's times can hold; protobuf allows no more either.
    private const long MinSeconds = -62_135_596_800;
    private const long MaxSeconds = 253_402_300_799;
    private const int NanosPerSecond = 1_000_000_000;

    /// <summary>Writes a message as an object.</summary>
    /// <exception cref="WireFormatException">A value cannot be written as JSON.</exception>
    public static void Write(Utf8JsonWriter json, IMessage message, string path)
    {
        json.WriteStartObject();
        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            var value = field.Accessor.GetValue(message);
            if (IsDefault(field, value))
            {
                continue;
            }

            json.WritePropertyName(field.JsonName);
            WriteField(json, field, value, $"{path}.{field.JsonName}");
        }

        json.WriteEndObject();
    }

    private static bool IsDefault(FieldDescriptor field, object? value) => value switch
    {
        null => true,
        _ when field.IsMap => ((IDictionary)value).Count == 0,
        _ when field.IsRepeated => ((IList)value).Count == 0,
        _ when field.FieldType == FieldType.Message => false,
        _ when field.HasPresence => false,
        string text => text.Length == 0,
        ByteString bytes => bytes.IsEmpty,
        bool flag => !flag,
        uint number => number == 0,
        ulong number => number == 0,
        double number => number == 0,
        System.Enum number => Convert.ToInt32(number, System.Globalization.CultureInfo.InvariantCulture) == 0,
        _ => false,
    };

    private static void WriteField(Utf8JsonWriter json, FieldDescriptor field, object value, string path)
    {
        if (field.IsMap)
        {
            WriteMap(json, field, (IDictionary)value, path);
        }
        else if (field.IsRepeated)
        {
            var index = 0;
            json.WriteStartArray();
            foreach (var item in (IList)value)
            {
                WriteValue(json, field, item!, $"{path}[{index++}]");
            }

            json.WriteEndArray();
        }
        else
        {
            WriteValue(json, field, value, path);
        }
    }

    private static void WriteMap(Utf8JsonWriter json, FieldDescriptor field, IDictionary map, string path)
    {
        var valueField = field.MessageType.FindFieldByNumber(2);
        var keys = new string[map.Count];
        map.Keys.CopyTo(keys, 0);
        Array.Sort(keys, StringComparer.Ordinal);
        json.WriteStartObject();
        foreach (var key in keys)
        {
            json.WritePropertyName(key);
            WriteValue(json, valueField, map[key]!, $"{path}[{key}]");
        }

        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, FieldDescriptor field, object value, string path)
    {
        switch (value)
        {
            case string text:
                json.WriteStringValue(text);
                break;
            case ByteString bytes:
                json.WriteBase64StringValue(bytes.Span);
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case uint number:
                json.WriteNumberValue(number);
                break;
            case ulong number:
                json.WriteStringValue(number.ToString(System.Globalization.CultureInfo.InvariantCulture));
                break;
            case System.Enum number:
                WriteEnum(json, field, Convert.ToInt32(number, System.Globalization.CultureInfo.InvariantCulture), path);
                break;
            case Timestamp time:
                WriteTime(json, time, path);
                break;
            case Duration duration:
                WriteDuration(json, duration, path);
                break;
            case Struct fields:
                WriteStruct(json, fields, path);
                break;
            case IMessage message:
                Write(json, message, path);
                break;
            default:
                throw new WireFormatException(path, $"values of type {value.GetType().Name} are not known");
        }
    }

    private static void WriteEnum(Utf8JsonWriter json, FieldDescriptor field, int number, string path) =>
        json.WriteStringValue(field.EnumType.FindValueByNumber(number)?.Name
            ?? throw new WireFormatException(path, $"{number} is no value of {field.EnumType.FullName}"));

    private static void WriteTime(Utf8JsonWriter json, Timestamp time, string path)
    {
        if (time.Seconds is < MinSeconds or > MaxSeconds || time.Nanos is < 0 or >= NanosPerSecond)
        {
            throw new WireFormatException(path, "is no time");
        }

        json.WriteStringValue(GoText.Time(time.ToDateTimeOffset()));
    }

    private static void WriteDuration(Utf8JsonWriter json, Duration duration, string path)
    {
        if (duration.Nanos is <= -NanosPerSecond or >= NanosPerSecond || Math.Abs(duration.Seconds) > Duration.MaxSeconds)
        {
            throw new WireFormatException(path, "is no duration");
        }

        var seconds = duration.Seconds + (duration.Nanos / (decimal)NanosPerSecond);
        json.WriteStringValue(seconds.ToString("0.#########", System.Globalization.CultureInfo.InvariantCulture) + "s");
    }

    private static void WriteStruct(Utf8JsonWriter json, Struct fields, string path)
    {
        json.WriteStartObject();
        foreach (var (key, value) in fields.Fields.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            json.WritePropertyName(key);
            WriteAny(json, value, $"{path}.{key}");
        }

        json.WriteEndObject();
    }

    private static void WriteAny(Utf8JsonWriter json, Value value, string path)
    {
        switch (value.KindCase)
        {
            case Value.KindOneofCase.StringValue:
                json.WriteStringValue(value.StringValue);
                break;
            case Value.KindOneofCase.BoolValue:
                json.WriteBooleanValue(value.BoolValue);
                break;
            case Value.KindOneofCase.NumberValue when double.IsFinite(value.NumberValue):
                json.WriteNumberValue(value.NumberValue);
                break;
            case Value.KindOneofCase.NumberValue:
                throw new WireFormatException(path, "is no number");
            case Value.KindOneofCase.StructValue:
                WriteStruct(json, value.StructValue, path);
                break;
            case Value.KindOneofCase.ListValue:
                json.WriteStartArray();
                foreach (var item in value.ListValue.Values)
                {
                    WriteAny(json, item, path);
                }

                json.WriteEndArray();
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }
}
