using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Mesh.Model.Text;

/// <summary>Scalars by YAML 1.2's core schema: null, booleans, numbers; everything else, and everything quoted, is text.</summary>
internal static partial class YamlScalar
{
    private const int LongestNumber = 64;

    public static JsonNode? Read(Scalar scalar)
    {
        var text = scalar.Value;
        var isText = scalar.Style != ScalarStyle.Plain || (!scalar.Tag.IsEmpty && scalar.Tag.Value == "tag:yaml.org,2002:str");
        if (isText)
        {
            return JsonValue.Create(text);
        }

        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return null;
            case "true" or "True" or "TRUE":
                return JsonValue.Create(true);
            case "false" or "False" or "FALSE":
                return JsonValue.Create(false);
            default:
                return Number(text) ?? JsonValue.Create(text);
        }
    }

    /// <summary>True for a text that would be read as something else if it were written without quotes.</summary>
    public static bool NeedsQuotes(string text) =>
        text is "" or "~" or "<<" or "=" ||
        text.ToUpperInvariant() is "NULL" or "TRUE" or "FALSE" or "YES" or "NO" or "ON" or "OFF" or "Y" or "N" ||
        Number(text) is not null || LooksLikeNumber().IsMatch(text);

    private static JsonNode? Number(string text)
    {
        if (text.Length > LongestNumber)
        {
            return null;
        }

        if (Decimal().IsMatch(text))
        {
            // Through the parser, so that numbers of YAML behave like those of JSON.
            var json = text.TrimStart('+');
            var negative = json.StartsWith('-');
            json = (negative ? json[1..] : json).TrimStart('0');
            json = json.Length == 0 || !char.IsAsciiDigit(json[0]) ? "0" + json : json;
            var dot = json.IndexOf('.', StringComparison.Ordinal);
            if (dot >= 0 && (dot + 1 == json.Length || !char.IsAsciiDigit(json[dot + 1])))
            {
                json = json.Insert(dot + 1, "0");
            }

            return JsonNode.Parse(negative ? "-" + json : json);
        }

        var digits = text.Length > 2 ? text[2..] : "";
        long value;
        return text.StartsWith("0x", StringComparison.Ordinal) && long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value)
            || text.StartsWith("0o", StringComparison.Ordinal) && TryReadOctal(digits, out value)
            ? JsonNode.Parse(value.ToString(CultureInfo.InvariantCulture))
            : null;
    }

    private static bool TryReadOctal(string digits, out long value)
    {
        value = 0;
        foreach (var digit in digits)
        {
            if (digit is < '0' or > '7' || value > long.MaxValue / 8)
            {
                return false;
            }

            value = (value * 8) + (digit - '0');
        }

        return digits.Length > 0;
    }

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Decimal();

    [GeneratedRegex(@"^[-+.0-9]", RegexOptions.CultureInvariant)]
    private static partial Regex LooksLikeNumber();
}
