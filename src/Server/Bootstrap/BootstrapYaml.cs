using System.Text;
using System.Text.Json.Nodes;

namespace Mesh.Server.Bootstrap;

/// <summary>A JSON tree as YAML text with sorted keys, so that a bootstrap reads well and two of them compare line by line.</summary>
internal static class BootstrapYaml
{
    public static string Write(JsonObject tree)
    {
        var text = new StringBuilder();
        WriteObject(text, tree, 0);
        return text.ToString();
    }

    private static void WriteObject(StringBuilder text, JsonObject node, int depth)
    {
        foreach (var (key, value) in node.OrderBy(property => property.Key, StringComparer.Ordinal))
        {
            text.Append(' ', depth).Append(Scalar(key)).Append(':');
            WriteValue(text, value, depth);
        }
    }

    private static void WriteValue(StringBuilder text, JsonNode? value, int depth)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 } nested:
                text.Append('\n');
                WriteObject(text, nested, depth + 2);
                break;
            case JsonArray { Count: > 0 } list:
                text.Append('\n');
                WriteArray(text, list, depth);
                break;
            default:
                text.Append(' ').Append(Leaf(value)).Append('\n');
                break;
        }
    }

    private static void WriteArray(StringBuilder text, JsonArray list, int depth)
    {
        foreach (var item in list)
        {
            var start = text.Length;
            if (item is JsonObject { Count: > 0 } nested)
            {
                // The first key stands beside the dash, the others below it.
                WriteObject(text, nested, depth + 2);
                text[start + depth] = '-';
            }
            else if (item is JsonArray { Count: > 0 } inner)
            {
                text.Append(' ', depth).Append("-\n");
                WriteArray(text, inner, depth + 2);
            }
            else
            {
                text.Append(' ', depth).Append("- ").Append(Leaf(item)).Append('\n');
            }
        }
    }

    private static string Leaf(JsonNode? value) => value switch
    {
        null => "null",
        JsonObject => "{}",
        JsonArray => "[]",
        JsonValue scalar when scalar.TryGetValue<string>(out var text) => Scalar(text),
        _ => value.ToJsonString(),
    };

    /// <summary>Plain where nobody can read it as something else, else in double quotes, where JSON's form is YAML's.</summary>
    private static string Scalar(string text) => IsPlain(text) ? text : JsonValue.Create(text).ToJsonString();

    private static bool IsPlain(string text)
    {
        if (text.Length == 0 || !(char.IsAsciiLetter(text[0]) || text[0] is '/' or '_') || text[^1] == ':')
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-' or '.' or '/' or ':'))
            {
                return false;
            }
        }

        return text.ToLowerInvariant() is not ("true" or "false" or "yes" or "no" or "on" or "off" or "null" or "y" or "n");
    }
}
