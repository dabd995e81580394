using System.Text.Json.Nodes;
using CsCheck;
using Mesh.Model.Text;
using Mesh.Policies.Core;

namespace Mesh.Model.Tests.Text;

public sealed class YamlTests
{
    private static readonly string[] _oddTexts =
        ["true", "no", "null", "~", "0x1f", "1e3", ".5", "-", "---", "...", "a: b", "x\ny\n", " x\n", "line\n\n", "1_000", "0o17", "spiffe://a/b"];

    private static readonly Gen<JsonNode?> _trees = Gen.Recursive<JsonNode?>((depth, inner) => depth > 4
        ? Gen.OneOf(_scalars)
        : Gen.OneOf(
            Gen.OneOf(_scalars),
            inner.Array[0, 4].Select(items => (JsonNode?)new JsonArray([.. items.Select(i => i?.DeepClone())])),
            Gen.Select(_texts, inner).Array[0, 4].Select(fields =>
            {
                var node = new JsonObject();
                foreach (var (name, value) in fields)
                {
                    node[name == "<<" ? "x" : name] = value?.DeepClone();
                }

                return (JsonNode?)node;
            })));

    private static Gen<string> _texts => Gen.OneOf(
        Gen.String[Gen.Char.AlphaNumeric, 0, 12],
        Gen.String[Gen.Char["\n \t:#-?,[]{}&*!|>'\"%@`~=<.0123456789eExXyYnN/\\"], 0, 10],
        Gen.String[Gen.Char['\u0020', '\u02ff'], 0, 8],
        Gen.Int[0, _oddTexts.Length - 1].Select(i => _oddTexts[i]));

    private static Gen<JsonNode?>[] _scalars =>
    [
        _texts.Select(t => (JsonNode?)JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(t))),
        Gen.Long.Select(n => (JsonNode?)JsonNode.Parse(n.ToString(System.Globalization.CultureInfo.InvariantCulture))),
        Gen.Bool.Select(b => (JsonNode?)JsonValue.Create(b)),
        Gen.Const((JsonNode?)null),
    ];

    [Fact]
    public void WriteThenRead_AnyTree_IsTheSame() => _trees.Sample(
        tree => JsonNode.DeepEquals(tree, Assert.Single(YamlTree.ReadAll(YamlWriter.Write(tree)))), iter: 3000, print: t => t?.ToJsonString() ?? "null");

    [Fact]
    public void ParseAll_AnyText_NeverThrows() => Gen.OneOf(
        Gen.String[Gen.Char["\n\n  :--#?,[]{}&*!|>'\"%abx1"], 0, 60],
        Gen.String[0, 40]).Sample(text => { _ = ResourceYaml.ParseAll(text, MeshCatalog.Create()); }, iter: 20000);

    [Fact]
    public void ReadAll_AliasesThatMultiply_AreRefused()
    {
        var text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
        for (var i = 1; i < 12; i++)
        {
            text += $"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10))}]\n";
        }

        var fault = Assert.Throws<YamlFormatException>(() => YamlTree.ReadAll(text));
        Assert.Contains("excessive aliasing", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadAll_TooDeep_IsRefused() =>
        Assert.Throws<YamlFormatException>(() => YamlTree.ReadAll(new string('[', 5000)));

    [Fact]
    public void ReadAll_SeveralDocuments_SkipsEmptyOnes()
    {
        var documents = YamlTree.ReadAll("---\na: 1\n---\n# nothing\n---\nb: [yes, 0x10, 1.5, 'x', ~]\n");
        Assert.Equal("""{"a":1}""", documents[0]!.ToJsonString());
        Assert.Equal("""{"b":["yes",16,1.5,"x",null]}""", documents[^1]!.ToJsonString());
        Assert.Equal(2, documents.Count);
    }

    [Fact]
    public void ReadAll_MergeKeys_AreMerged() =>
        Assert.Equal("""{"base":{"a":1,"b":2},"x":{"b":3,"a":1}}""",
            YamlTree.ReadAll("base: &b {a: 1, b: 2}\nx:\n  <<: *b\n  b: 3\n")[0]!.ToJsonString());

    [Theory]
    [InlineData("a: b: c")]
    [InlineData("a: *nope")]
    [InlineData("a: 1\na: 2")]
    [InlineData("{")]
    [InlineData("? [a]\n: b")]
    public void ReadAll_BrokenText_TellsTheLine(string text) =>
        Assert.Contains("yaml: line ", Assert.Throws<YamlFormatException>(() => YamlTree.ReadAll(text)).Message, StringComparison.Ordinal);
}
