using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mesh.Model.Values;

/// <summary>Durations as strings in Go form.</summary>
public sealed class GoDurationConverter : JsonConverter<GoDuration>
{
    /// <inheritdoc/>
    public override GoDuration Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException("duration must be a string");
        return GoDuration.TryParse(text, out var duration) ? duration : throw new JsonException(GoDuration.ErrorFor(text));
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, GoDuration value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
