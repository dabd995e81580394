using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mesh.Model.Values;

/// <summary>Durations as decimal seconds (<c>0.500s</c>), the form of the flat kinds; reads every Go form.</summary>
public sealed class SecondsDurationConverter : JsonConverter<GoDuration>
{
    /// <inheritdoc/>
    public override GoDuration Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException("duration must be a string");
        return GoDuration.TryParse(text, out var duration) ? duration : throw new JsonException(GoDuration.ErrorFor(text));
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, GoDuration value, JsonSerializerOptions options)
    {
        var seconds = value.Nanoseconds / 1_000_000_000m;
        var nanoseconds = value.Nanoseconds % 1_000_000_000;
        var format = nanoseconds == 0 ? "0" : nanoseconds % 1_000_000 == 0 ? "0.000" : nanoseconds % 1_000 == 0 ? "0.000000" : "0.000000000";
        writer.WriteStringValue(seconds.ToString(format, CultureInfo.InvariantCulture) + "s");
    }
}
