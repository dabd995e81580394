using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Mesh.Model.Text;

/// <summary>
/// YAML as JSON trees. Bounded: at most <see cref="MaxLength"/> characters, <see cref="ModelJson.MaxDepth"/> levels and
/// <see cref="MaxNodes"/> nodes after aliases are written out, so that no small text becomes a large tree.
/// </summary>
public static class YamlTree
{
    /// <summary>Longest text, in characters.</summary>
    public const int MaxLength = 16 * 1024 * 1024;

    /// <summary>Most nodes of one text.</summary>
    public const int MaxNodes = 1_000_000;

    /// <summary>Reads all documents; empty ones are left out.</summary>
    /// <exception cref="YamlFormatException">It is no YAML, or too much.</exception>
    public static IReadOnlyList<JsonNode?> ReadAll(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxLength)
        {
            throw new YamlFormatException($"longer than {MaxLength} characters", 0);
        }

        try
        {
            using var reader = new StringReader(text);
            return new Builder(new Parser(reader)).Documents();
        }
        catch (YamlException fault)
        {
            throw new YamlFormatException(fault.InnerException?.Message ?? fault.Message, fault.Start.Line);
        }
        catch (Exception fault) when (fault is InvalidOperationException or ArgumentException or OverflowException or IndexOutOfRangeException)
        {
            // The parser library gives up on some malformed texts with errors of its own insides.
            throw new YamlFormatException("cannot be read", 0);
        }
    }

    private sealed class Builder(Parser parser)
    {
        private readonly Dictionary<AnchorName, (JsonNode? Node, int Size)> _anchors = [];
        private int _nodes;

        public List<JsonNode?> Documents()
        {
            var documents = new List<JsonNode?>();
            parser.MoveNext();
            Take<StreamStart>();
            while (parser.Current is DocumentStart)
            {
                _anchors.Clear();
                Take<DocumentStart>();
                if (parser.Current is Scalar { Value: "", Style: ScalarStyle.Plain })
                {
                    parser.MoveNext();
                }
                else
                {
                    documents.Add(Node(0));
                }

                Take<DocumentEnd>();
            }

            return documents;
        }

        private JsonNode? Node(int depth)
        {
            var start = parser.Current!;
            if (depth > ModelJson.MaxDepth)
            {
                throw new YamlFormatException($"nested deeper than {ModelJson.MaxDepth} levels", start.Start.Line);
            }

            var before = _nodes;
            Count(1, start);
            var node = start switch
            {
                AnchorAlias alias => Alias(alias),
                Scalar scalar => ScalarNode(scalar),
                SequenceStart => Sequence(depth),
                MappingStart => Mapping(depth),
                _ => throw new YamlFormatException("unexpected content", start.Start.Line),
            };
            if (start is NodeEvent { Anchor.IsEmpty: false } anchored)
            {
                _anchors[anchored.Anchor] = (node?.DeepClone(), _nodes - before);
            }

            return node;
        }

        private JsonNode? Alias(AnchorAlias alias)
        {
            parser.MoveNext();
            if (!_anchors.TryGetValue(alias.Value, out var target))
            {
                throw new YamlFormatException($"unknown anchor '{alias.Value}' referenced", alias.Start.Line);
            }

            Count(target.Size, alias);
            return target.Node?.DeepClone();
        }

        private JsonNode? ScalarNode(Scalar scalar)
        {
            parser.MoveNext();
            return YamlScalar.Read(scalar);
        }

        private JsonArray Sequence(int depth)
        {
            parser.MoveNext();
            var items = new JsonArray();
            while (parser.Current is not SequenceEnd)
            {
                items.Add(Node(depth + 1));
            }

            parser.MoveNext();
            return items;
        }

        private JsonObject Mapping(int depth)
        {
            parser.MoveNext();
            var fields = new JsonObject();
            var merged = new List<JsonObject>();
            while (parser.Current is not MappingEnd)
            {
                if (parser.Current is not Scalar key)
                {
                    throw new YamlFormatException("keys must be scalars", parser.Current!.Start.Line);
                }

                parser.MoveNext();
                var value = Node(depth + 1);
                if (key is { Value: "<<", Style: ScalarStyle.Plain })
                {
                    merged.AddRange(MergeSources(value, key));
                }
                else if (!fields.TryAdd(key.Value, value))
                {
                    throw new YamlFormatException($"key {GoText.Quote(key.Value)} already set in map", key.Start.Line);
                }
            }

            parser.MoveNext();
            foreach (var (name, value) in merged.SelectMany(source => source))
            {
                if (!fields.ContainsKey(name))
                {
                    fields[name] = value?.DeepClone();
                }
            }

            return fields;
        }

        private static IEnumerable<JsonObject> MergeSources(JsonNode? value, Scalar key) => value switch
        {
            JsonObject source => [source],
            JsonArray sources when sources.All(s => s is JsonObject) => sources.Select(s => s!.AsObject()),
            _ => throw new YamlFormatException("map merge requires map or sequence of maps as the value", key.Start.Line),
        };

        private void Count(int nodes, ParsingEvent at)
        {
            _nodes += nodes;
            if (_nodes > MaxNodes)
            {
                throw new YamlFormatException("document contains excessive aliasing or is too large", at.Start.Line);
            }
        }

        private void Take<T>()
            where T : ParsingEvent
        {
            if (parser.Current is not T)
            {
                throw new YamlFormatException("unexpected content", parser.Current?.Start.Line ?? 0);
            }

            parser.MoveNext();
        }
    }
}
