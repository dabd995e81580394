using System.Text.Json.Nodes;
using Mesh.Model.Text;
using Mesh.Model.Validation;
using Mesh.Policies.Core;
using Mesh.Testing;

namespace Mesh.Model.Tests.Validation;

public sealed class RecordedViolationsTests
{
    [Fact]
    public void Validate_EveryRecordedWrite_AnswersAsRecorded()
    {
        Assert.SkipUnless(SharedFolder.Conformance is not null, SharedFolder.SkipReason);
        var catalog = MeshCatalog.Create();
        var differences = new List<string>();
        var count = 0;
        foreach (var line in File.ReadLines(Path.Combine(SharedFolder.Conformance!, "recorded", "rest.jsonl")))
        {
            var exchange = JsonNode.Parse(line)!;
            var (request, response) = (exchange["request"]!, exchange["response"]!);
            var parts = request["path"]!.GetValue<string>().Split('/', StringSplitOptions.RemoveEmptyEntries);
            if (request["method"]!.GetValue<string>() != "PUT" || request["body"] is not JsonObject body || parts.Length < 2 ||
                !catalog.TryGetPath(parts[^2], out var descriptor) || !IsAboutTheBody(response))
            {
                continue;
            }

            count++;
            var parsed = ResourceJson.Parse(body.DeepClone(), descriptor);
            var violations = parsed.Resource is null ? parsed.Violations : ResourceValidation.Validate(parsed.Resource);
            var actual = parsed.Error ?? string.Join('\n', violations.Select(v => $"{v.Field}: {v.Message}").Order(StringComparer.Ordinal));
            var expected = Expected(response);
            if (actual != expected)
            {
                differences.Add($"{exchange["id"]} {body.ToJsonString()}\n  expected {expected}\n  actual   {actual}");
            }
        }

        Assert.True(count > 50);
        Assert.True(differences.Count == 0, $"{differences.Count} of {count}:\n{string.Join('\n', differences)}");
    }

    private static bool IsAboutTheBody(JsonNode response) =>
        response["status"]!.GetValue<int>() is 200 or 201 or 400 && response["body"]?["detail"]?.GetValue<string>().StartsWith("bad request", StringComparison.Ordinal) != true;

    private static string Expected(JsonNode response) =>
        response["status"]!.GetValue<int>() != 400 ? ""
        : response["body"]!["invalid_parameters"] is JsonArray faults
            ? string.Join('\n', faults.Select(f => $"{f!["field"]}: {f["reason"]}").Order(StringComparer.Ordinal))
            : response["body"]!["detail"]!.GetValue<string>();
}
