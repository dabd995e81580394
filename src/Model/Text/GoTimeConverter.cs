using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mesh.Model.Text;

/// <summary>Times as RFC 3339 in UTC, without trailing zeros of the fraction.</summary>
internal sealed class GoTimeConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        // Nanoseconds are cut to .NET's 100 ns: seven digits of the fraction are all that it reads.
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException("time must be a string");
        return TryParse(text, out var time) ? time : throw new JsonException($"parsing time {GoText.Quote(text)}");
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(GoText.Time(value));

    internal static bool TryParse(string text, out DateTimeOffset time)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot >= 0)
        {
            var end = dot + 1;
            while (end < text.Length && char.IsAsciiDigit(text[end]))
            {
                end++;
            }

            if (end - dot > 8)
            {
                text = string.Concat(text.AsSpan(0, dot + 8), text.AsSpan(end));
            }
        }

        return DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
    }
}
