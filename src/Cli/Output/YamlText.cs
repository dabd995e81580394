using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Cli.Output;

/// <summary>JSON as YAML the way kumactl prints it: keys in order, lists level with their key, quotes only where needed.</summary>
internal static class YamlText
{
    private static readonly SearchValues<char> _hexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    private static readonly HashSet<string> _words = new(StringComparer.OrdinalIgnoreCase)
    {
        "true", "false", "yes", "no", "on", "off", "y", "n", "null", "~", "", ".nan", ".inf", "-.inf", "+.inf",
    };

    /// <summary>Writes a value.</summary>
    /// <param name="node">The value.</param>
    public static string Of(JsonNode? node)
    {
        var text = new StringBuilder();
        Write(text, node, 0, false);
        return text.ToString();
    }

    private static void Write(StringBuilder text, JsonNode? node, int indent, bool afterDash)
    {
        switch (node)
        {
            case JsonObject { Count: 0 }:
                text.Append("{}\n");
                break;
            case JsonArray { Count: 0 }:
                text.Append("[]\n");
                break;
            case JsonObject mapping:
                WriteMapping(text, mapping, indent, afterDash);
                break;
            case JsonArray list:
                foreach (var item in list)
                {
                    text.Append(' ', afterDash ? 0 : indent).Append("- ");
                    afterDash = false;
                    Write(text, item, indent + 2, true);
                }

                break;
            default:
                WriteScalar(text, node, indent);
                break;
        }
    }

    private static void WriteMapping(StringBuilder text, JsonObject mapping, int indent, bool afterDash)
    {
        foreach (var (key, value) in mapping.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            text.Append(' ', afterDash ? 0 : indent).Append(Quote(key)).Append(':');
            afterDash = false;
            switch (value)
            {
                case JsonObject { Count: > 0 }:
                    text.Append('\n');
                    Write(text, value, indent + 2, false);
                    break;
                case JsonArray { Count: > 0 }:
                    text.Append('\n');
                    Write(text, value, indent, false);
                    break;
                default:
                    text.Append(' ');
                    Write(text, value, indent + 2, true);
                    break;
            }
        }
    }

    private static void WriteScalar(StringBuilder text, JsonNode? node, int indent)
    {
        if (node is null)
        {
            text.Append("null\n");
            return;
        }

        if (node.GetValueKind() != JsonValueKind.String)
        {
            text.Append(node.ToJsonString()).Append('\n');
            return;
        }

        var value = node.GetValue<string>();
        if (!value.Contains('\n', StringComparison.Ordinal) || value.Any(c => char.IsControl(c) && c != '\n'))
        {
            text.Append(Quote(value)).Append('\n');
            return;
        }

        var body = value.TrimEnd('\n');
        var trailing = value.Length - body.Length;
        text.Append('|').Append(body.StartsWith(' ') ? "2" : "").Append(trailing == 0 ? "-" : trailing == 1 ? "" : "+").Append('\n');
        foreach (var line in (trailing > 1 ? value[..^1] : body).Split('\n'))
        {
            text.Append(' ', line.Length > 0 ? indent : 0).Append(line).Append('\n');
        }
    }

    private static string Quote(string value)
    {
        if (_words.Contains(value) || LooksLikeNumber(value) || LooksLikeTime(value) || value.Any(char.IsControl))
        {
            return JsonSerializer.Serialize(value, JsonText.Options);
        }

        return NeedsQuotes(value) ? "'" + value.Replace("'", "''", StringComparison.Ordinal) + "'" : value;
    }

    private static bool NeedsQuotes(string value) =>
        "-?:,[]{}#&*!|>'\"%@` ".Contains(value[0], StringComparison.Ordinal) && !IsPlainDash(value)
        || value[^1] is ' ' or ':'
        || value.Contains(": ", StringComparison.Ordinal)
        || value.Contains(" #", StringComparison.Ordinal);

    private static bool IsPlainDash(string value) => value.Length > 1 && value[0] is '-' or '?' or ':' && value[1] != ' ' && value != "---";

    private static bool LooksLikeNumber(string value) =>
        double.TryParse(value.Replace("_", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out _)
        || (value.Length > 2 && value[0] == '0' && value[1] is 'x' or 'o' or 'b' && value.AsSpan(2).IndexOfAnyExcept(_hexDigits) < 0);

    /// <summary>A date at the start makes YAML readers see a time.</summary>
    private static bool LooksLikeTime(string value) =>
        value.Length >= 10 && value[4] == '-' && value[7] == '-'
        && DateTime.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out _);
}
