using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Mesh.Cli.Input;

/// <summary>YAML (and so JSON) documents as JSON.</summary>
internal static class YamlDocuments
{
    /// <exception cref="CliException">The text is not YAML.</exception>
    public static IReadOnlyList<JsonNode?> Parse(string source, string text)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return [.. stream.Documents.Select(d => Convert(d.RootNode)).Where(n => n is not null)];
        }
        catch (YamlException e)
        {
            throw new CliException(string.Create(CultureInfo.InvariantCulture, $"{source}:{e.Start.Line}: {e.Message}"));
        }
    }

    private static JsonNode? Convert(YamlNode node)
    {
        switch (node)
        {
            case YamlMappingNode mapping:
                var result = new JsonObject();
                foreach (var (key, value) in mapping.Children)
                {
                    result[(key as YamlScalarNode)?.Value ?? ""] = Convert(value);
                }

                return result;
            case YamlSequenceNode list:
                return new JsonArray([.. list.Children.Select(Convert)]);
            case YamlScalarNode scalar:
                return Convert(scalar);
            default:
                return null;
        }
    }

    private static JsonValue? Convert(YamlScalarNode scalar)
    {
        var value = scalar.Value ?? "";
        if (scalar.Style != ScalarStyle.Plain)
        {
            return JsonValue.Create(value);
        }

        return value switch
        {
            "" or "~" or "null" or "Null" or "NULL" => null,
            "true" or "True" or "TRUE" => JsonValue.Create(true),
            "false" or "False" or "FALSE" => JsonValue.Create(false),
            _ when long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
            _ when IsNumber(value) && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
            _ => JsonValue.Create(value),
        };
    }

    private static bool IsNumber(string value) => value[^1] != '.' && (char.IsAsciiDigit(value[0]) || value[0] is '-' or '+' or '.') && value.All(c => char.IsAsciiDigit(c) || c is '.' or '-' or '+' or 'e' or 'E');
}
