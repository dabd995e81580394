using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Mesh.Model.Text;

/// <summary>JSON trees as YAML in block style; what it writes, <see cref="YamlTree"/> reads as the same tree.</summary>
public static partial class YamlWriter
{
    /// <summary>Writes one document, with a line break at its end.</summary>
    public static string Write(JsonNode? tree)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var emitter = new Emitter(text, new EmitterSettings().WithBestIndent(2).WithMaxSimpleKeyLength(1024));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Node(emitter, tree);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    private static void Node(Emitter emitter, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject fields:
                emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, true, fields.Count == 0 ? MappingStyle.Flow : MappingStyle.Block));
                foreach (var (name, value) in fields)
                {
                    Text(emitter, name, isKey: true);
                    Node(emitter, value);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonArray items:
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, true, items.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (var item in items)
                {
                    Node(emitter, item);
                }

                emitter.Emit(new SequenceEnd());
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                Text(emitter, value.GetValue<string>());
                break;
            default:
                emitter.Emit(new Scalar(node?.ToJsonString() ?? "null"));
                break;
        }
    }

    private static void Text(Emitter emitter, string text, bool isKey = false)
    {
        var style = text.Any(IsSpecial) ? ScalarStyle.DoubleQuoted
            : text.Contains('\n', StringComparison.Ordinal) ? (!isKey && IsPlainBlock(text) ? ScalarStyle.Literal : ScalarStyle.DoubleQuoted)
            : PlainText().IsMatch(text) && !YamlScalar.NeedsQuotes(text) ? ScalarStyle.Plain : ScalarStyle.SingleQuoted;
        emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, text, style, isPlainImplicit: true, isQuotedImplicit: true));
    }

    /// <summary>Texts that no reader takes for anything but text: no indicators, no blank at an end, colons only inside words.</summary>
    [GeneratedRegex(@"^[A-Za-z_/]([-A-Za-z0-9_./+=()<>$^;]|[ :](?=[-A-Za-z0-9_./+=()<>$^;]))*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex PlainText();

    /// <summary>Characters that only a double-quoted text carries unchanged.</summary>
    private static bool IsSpecial(char c) =>
        (char.IsControl(c) && c != '\n') || c is '\u2028' or '\u2029' or '\ufeff' || char.IsSurrogate(c);

    /// <summary>Lines that a literal block keeps as they are.</summary>
    private static bool IsPlainBlock(string text) =>
        text[0] is not (' ' or '\n' or '\t') && !text.Contains(" \n", StringComparison.Ordinal) &&
        !text.EndsWith("\n\n", StringComparison.Ordinal) && text[^1] != ' ' &&
        text.All(c => c == '\n' || (c >= ' ' && c < '\x7f'));
}
