using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Model.Resources;
using Mesh.Model.Text;
using Mesh.Model.Validation;
using Mesh.Policies.Core;
using Mesh.Testing;
using YamlTree = Mesh.Model.Text.YamlTree;

namespace Mesh.Conformance;

/// <summary><c>kuma/validation</c>: specs as they come past the schema, and the violations they get.</summary>
public sealed class ValidationConformance
{
    private const double Bar = 0.85;

    [Fact]
    public void Validation_Cases_Agree()
    {
        Assert.SkipUnless(SharedFolder.Conformance is not null, SharedFolder.SkipReason);
        var root = Path.Combine(SharedFolder.Conformance!, "kuma", "validation");
        var report = new ConformanceReport("validation");
        foreach (var file in Directory.GetFiles(root, "*.input.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var name = Path.GetRelativePath(root, file)[..^".input.yaml".Length];
            var (expected, actual) = (Expected(file), Actual(file, name));
            if (expected == actual)
            {
                report.Pass(name);
            }
            else
            {
                report.Fail(name, $"expected {expected}\nactual {actual}");
            }
        }

        report.Print();
        Assert.True(report.Rate >= Bar, report.ToString());
    }

    private static string Expected(string input)
    {
        string[] outputs = [input.Replace(".input.", ".output.", StringComparison.Ordinal), input.Replace(".input.", ".golden.", StringComparison.Ordinal)];
        var output = outputs.FirstOrDefault(File.Exists);
        var violations = output is null ? null : YamlTree.ReadAll(File.ReadAllText(output))[0]?["violations"] as JsonArray;
        return Describe((violations ?? []).Select(v => $"{v!["field"]}: {v["message"]}"));
    }

    private static string Actual(string file, string name)
    {
        var folder = name.Split(Path.DirectorySeparatorChar)[0];
        var descriptor = MeshCatalog.Create().All.First(d => d.CliName == folder);
        var trees = YamlTree.ReadAll(File.ReadAllText(file));
        try
        {
            var resource = new Resource
            {
                Descriptor = descriptor,
                Name = NameFor(name),
                Mesh = "default",
                Spec = ResourceJson.ReadSpec(trees.Count == 0 ? new JsonObject() : trees[0]!, descriptor),
            };
            return Describe(ResourceValidation.Validate(resource).Select(v => $"{v.Field}: {v.Message}"));
        }
        catch (JsonException fault)
        {
            return $"unreadable: {fault.Message}";
        }
    }

    /// <summary>The cases about names have them in their test; the name of the case tells the length.</summary>
    private static string NameFor(string caseName) => new('x', caseName switch
    {
        _ when caseName.EndsWith("name-too-long", StringComparison.Ordinal) => 64,
        _ when caseName.EndsWith("name-length-63", StringComparison.Ordinal) => 63,
        _ => 4,
    });

    private static string Describe(IEnumerable<string> faults) => string.Join('\n', faults.Order(StringComparer.Ordinal));
}
