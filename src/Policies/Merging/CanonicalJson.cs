using System.Buffers;
using System.IO.Hashing;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Policies.Merging;

/// <summary>JSON whose bytes depend on its content alone: properties in ordinal order, no white space.</summary>
internal static class CanonicalJson
{
    private static readonly JsonWriterOptions _options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>XxHash128 of the canonical form.</summary>
    internal static UInt128 Hash(JsonNode? node) => XxHash128.HashToUInt128(Write(node).WrittenSpan);

    /// <summary>The canonical form as UTF-8.</summary>
    internal static ArrayBufferWriter<byte> Write(JsonNode? node)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(buffer, _options);
        Write(node, writer);
        writer.Flush();
        return buffer;
    }

    private static void Write(JsonNode? node, Utf8JsonWriter writer)
    {
        switch (node)
        {
            case null:
                writer.WriteNullValue();
                break;
            case JsonObject map:
                WriteObject(map, writer);
                break;
            case JsonArray array:
                writer.WriteStartArray();
                foreach (var item in array)
                {
                    Write(item, writer);
                }

                writer.WriteEndArray();
                break;
            default:
                node.WriteTo(writer);
                break;
        }
    }

    private static void WriteObject(JsonObject map, Utf8JsonWriter writer)
    {
        var keys = new string[map.Count];
        var next = 0;
        foreach (var (key, _) in map)
        {
            keys[next++] = key;
        }

        Array.Sort(keys, StringComparer.Ordinal);
        writer.WriteStartObject();
        foreach (var key in keys)
        {
            writer.WritePropertyName(key);
            Write(map[key], writer);
        }

        writer.WriteEndObject();
    }
}
