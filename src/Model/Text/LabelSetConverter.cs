using System.Text.Json;
using System.Text.Json.Serialization;
using Mesh.Model.Labels;

namespace Mesh.Model.Text;

/// <summary>Maps of texts are read as <see cref="LabelSet"/>s and written with their keys in ordinal order, as Go does: equal maps give equal bytes.</summary>
internal sealed class LabelSetConverter : JsonConverter<IReadOnlyDictionary<string, string>>
{
    public override IReadOnlyDictionary<string, string>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException();
        }

        var pairs = new List<KeyValuePair<string, string>>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = PooledTextConverter.Read(ref reader)!;
            reader.Read();
            pairs.Add(new(key, Value(ref reader)!));
        }

        return LabelSet.Of([.. pairs]);
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, string> value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (key, text) in LabelSet.Of(value).AsSpan())
        {
            writer.WriteString(key, text);
        }

        writer.WriteEndObject();
    }

    private static string? Value(ref Utf8JsonReader reader) =>
        reader.TokenType is JsonTokenType.String or JsonTokenType.Null ? PooledTextConverter.Read(ref reader) : throw new JsonException();
}
