using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mesh.Model.Text;

/// <summary>Reads texts through the <see cref="TextPool"/>: specs repeat the names of few ports, protocols and kinds many times.</summary>
internal sealed class PooledTextConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(ref reader);

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(ref reader)!;

    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WritePropertyName(value);

    /// <summary>The text at a reader, pooled where it is short.</summary>
    /// <exception cref="InvalidOperationException">There is no text, or it is no valid UTF-8.</exception>
    internal static string? Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName) || reader.HasValueSequence || reader.ValueSpan.Length > TextPool.MaxLength)
        {
            return reader.GetString();
        }

        Span<char> text = stackalloc char[TextPool.MaxLength];
        return TextPool.Of((ReadOnlySpan<char>)text[..reader.CopyString(text)]);
    }
}
