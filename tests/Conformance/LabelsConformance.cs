using System.Text;
using System.Text.Json.Nodes;
using Mesh.Model.Labels;
using Mesh.Model.Resources;
using Mesh.Model.Text;
using Mesh.Model.Validation;
using Mesh.Policies.Core;
using Mesh.Testing;

namespace Mesh.Conformance;

/// <summary>
/// <c>kuma/labels</c>: which labels a write may carry. The cases of Global and of a universal zone; those of Kubernetes are judged where
/// an API server answers.
/// </summary>
public sealed class LabelsConformance
{
    private const double Bar = 0.85;
    private const string Zone = "kuma-4";

    [Fact]
    public void Labels_UniversalCases_Agree()
    {
        Assert.SkipUnless(SharedFolder.Conformance is not null, SharedFolder.SkipReason);
        var report = new ConformanceReport("labels");
        foreach (var file in Directory.GetFiles(Path.Combine(SharedFolder.Conformance!, "kuma", "labels"), "*.input.yaml").Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(file)[..^".input.yaml".Length];
            if (name.StartsWith("zone-k8s.", StringComparison.Ordinal))
            {
                continue;
            }

            var isGlobal = name.StartsWith("global.", StringComparison.Ordinal);
            var (expected, actual) = (Expected(Path.ChangeExtension(file, null)[..^".input".Length] + ".golden.yaml"), Actual(File.ReadAllText(file), isGlobal));
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

    private static string Expected(string file)
    {
        var text = File.ReadAllText(file);
        var status = text.Split(' ', 3)[1];
        var body = JsonNode.Parse(text[text.IndexOf('{', StringComparison.Ordinal)..])!;
        return Describe(status, (body["invalid_parameters"] as JsonArray ?? []).Select(p => $"{p!["field"]}: {p["reason"]}"));
    }

    private static string Actual(string yaml, bool isGlobal)
    {
        var resource = ResourceYaml.ParseAll(yaml, MeshCatalog.Create())[0].Resource!;
        var context = new LabelContext { IsGlobal = isGlobal, Zone = isGlobal ? "" : Zone, IsFederated = !isGlobal };
        var violations = ResourceValidation.Validate(resource);
        LabelComputation.Check(resource, context, violations);
        var stored = resource with { Labels = LabelComputation.Compute(resource, context) };
        var wellLabelled = stored.Label(ResourceLabels.Origin) == (isGlobal ? "global" : "zone") &&
            stored.Label(ResourceLabels.Mesh) == resource.Mesh && stored.Label(ResourceLabels.DisplayName) == resource.Name;
        return Describe(violations.IsEmpty ? wellLabelled ? "201" : "wrong labels" : "400", violations.Select(v => $"{v.Field}: {v.Message}"));
    }

    private static string Describe(string status, IEnumerable<string> faults)
    {
        var text = new StringBuilder(status);
        foreach (var fault in faults.Order(StringComparer.Ordinal))
        {
            text.Append('\n').Append(fault);
        }

        return text.ToString();
    }
}
