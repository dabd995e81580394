using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Mesh.Model.Labels;
using Mesh.Model.Resources;
using Mesh.Model.Schema;
using Mesh.Model.Text;
using Mesh.Model.Validation;
using Mesh.Policies.Core;

namespace Mesh.Model.Tests.Text;

/// <summary>Documents made from the kinds' own schemas, with values right and wrong.</summary>
public sealed class AnyResourceTests
{
    private static readonly ResourceCatalog _catalog = MeshCatalog.Create();

    private static readonly string[] _texts =
        ["", "a", "Mesh", "MeshService", "Dataplane", "Exact", "Prefix", "1s", "-5ms", "1.5", "{{ .X }}", "{{", "spiffe://a/b", "1.2.3.4", "a.b", "*.a", "/a/", "http://x:1", "AAAA", "(", "\0", "é"];

    [Fact]
    public void ReadValidateWrite_AnyDocument_NeverThrowsAndKeepsWhatItRead()
    {
        var read = 0;
        Gen.Select(Gen.Int[0, _catalog.All.Count - 1], Gen.ULong).Sample(
            (index, seed) => read += ReadValidateWrite(_catalog.All[index], new Random(unchecked((int)seed))) ? 1 : 0, iter: 5000, threads: 1);
        Assert.True(read > 1000, $"only {read} documents were right enough to be read");
    }

    private static bool ReadValidateWrite(ResourceDescriptor descriptor, Random random)
    {
        var parsed = ResourceJson.Parse(Document(descriptor, random), descriptor, keepStatus: true);
        if (parsed.Resource is not { } resource)
        {
            return false;
        }

        LabelComputation.Check(resource, new LabelContext(), ResourceValidation.Validate(resource));
        _ = LabelComputation.Compute(resource, new LabelContext());
        _ = ResourceValidation.Advise(resource).Count();
        var written = ResourceJson.ToNode(resource);
        var again = ResourceJson.Parse(written.DeepClone(), descriptor, keepStatus: true);
        Assert.True(JsonNode.DeepEquals(written, ResourceJson.ToNode(again.Resource!)), written.ToJsonString());
        Assert.Empty(again.UnknownFields);
        var fromYaml = ResourceYaml.ParseAll(ResourceYaml.Write(resource), _catalog, keepStatus: true);
        Assert.True(JsonNode.DeepEquals(written, ResourceJson.ToNode(Assert.Single(fromYaml).Resource!)), written.ToJsonString());
        return true;
    }

    [Fact]
    public void Parse_AnyBytes_NeverThrows() => Gen.Byte.Array[0, 60].Sample(
        bytes => { _ = ResourceJson.Parse(bytes, _catalog); }, iter: 5000);

    [Fact]
    public void Parse_DocumentCutAnywhere_NeverThrows()
    {
        var text = Encoding.UTF8.GetBytes("""{"type":"MeshTimeout","name":"a","labels":{"a":"b\u00e9"},"spec":{"to":[{"default":{"idleTimeout":"1s"},"x":-1.5e3}]}}""");
        for (var length = 0; length < text.Length; length++)
        {
            Assert.NotNull(ResourceJson.Parse(text.AsSpan(0, length), _catalog["MeshTimeout"]).Error);
        }
    }

    private static JsonObject Document(ResourceDescriptor descriptor, Random random)
    {
        var spec = Value(SchemaReader.Of(descriptor.SpecType), random, 0);
        var document = new JsonObject { ["type"] = descriptor.Kind, ["name"] = "a", ["mesh"] = "default" };
        if (!descriptor.IsFlat)
        {
            document["spec"] = spec;
        }
        else if (spec is JsonObject fields)
        {
            foreach (var (name, value) in fields)
            {
                document[name] = value?.DeepClone();
            }
        }

        return document;
    }

    private static JsonNode? Value(SchemaNode schema, Random random, int depth)
    {
        // Now and then something of another kind.
        if (random.Next(60) == 0)
        {
            return random.Next(5) switch { 0 => null, 1 => -1, 2 => "x", 3 => new JsonArray(), _ => new JsonObject { ["x"] = 1.5 } };
        }

        return schema.Kind switch
        {
            SchemaKind.Text => _texts[random.Next(_texts.Length)],
            SchemaKind.Integer => random.Next(3) == 0 ? random.Next(-2, 70000) : random.Next(0, 600),
            SchemaKind.Number => random.NextDouble(),
            SchemaKind.Boolean => random.Next(2) == 0,
            SchemaKind.IntOrString => random.Next(2) == 0 ? random.Next(-1, 102) : "12.5",
            SchemaKind.List => new JsonArray([.. Enumerable.Range(0, random.Next(depth > 8 ? 1 : 3)).Select(_ => Value(schema.Item!, random, depth + 1))]),
            SchemaKind.Map => new JsonObject { ["a"] = Value(schema.Item!, random, depth + 1) },
            SchemaKind.Object => Fields(schema, random, depth),
            _ => new JsonObject { ["any"] = true },
        };
    }

    private static JsonObject Fields(SchemaNode schema, Random random, int depth)
    {
        var fields = new JsonObject();
        foreach (var field in schema.Fields.Values)
        {
            if (field.IsMandatory ? random.Next(30) > 0 : random.Next(3) == 0)
            {
                var allowed = field.Kinds is null ? field.Values ?? field.Enumeration?.Names : null;
                fields[field.Name] = allowed is not null && field.Node.Kind == SchemaKind.Text && random.Next(20) > 0
                    ? allowed[random.Next(allowed.Count)]
                    : Value(field.Node, random, depth + 1);
            }
        }

        return fields;
    }
}
