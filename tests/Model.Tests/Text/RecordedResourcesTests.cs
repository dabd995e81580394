using System.Text.Json.Nodes;
using Mesh.Model.Text;
using Mesh.Policies.Core;
using Mesh.Testing;

namespace Mesh.Model.Tests.Text;

public sealed class RecordedResourcesTests
{
    [Fact]
    public void ParseThenWrite_EveryRecordedResource_IsTheSame()
    {
        Assert.SkipUnless(SharedFolder.Conformance is not null, SharedFolder.SkipReason);
        var catalog = MeshCatalog.Create();
        var differences = new List<string>();
        var count = 0;
        foreach (var line in File.ReadLines(Path.Combine(SharedFolder.Conformance!, "recorded", "rest.jsonl")))
        {
            var response = JsonNode.Parse(line)!["response"]!;
            if (response["status"]!.GetValue<int>() != 200 || response["body"] is not JsonObject body)
            {
                continue;
            }

            foreach (var resource in body["items"] is JsonArray items ? items.OfType<JsonObject>() : [body])
            {
                if (resource["type"] is not JsonValue type || !catalog.TryGetKind(type.GetValue<string>(), out var descriptor) ||
                    (resource["spec"] is null && !descriptor.IsFlat) || resource["data"]?.GetValue<string>() == "<secret>" ||
                    (descriptor.Kind == "Dataplane" && resource["networking"] is null))
                {
                    continue;
                }

                count++;
                var parsed = ResourceJson.Parse(resource.DeepClone(), catalog, keepStatus: true);
                var written = parsed.Resource is null ? null : ResourceJson.ToNode(parsed.Resource);
                if (written is null || !JsonNode.DeepEquals(Comparable(resource), Comparable(written)) || parsed.UnknownFields.Count > 0)
                {
                    differences.Add($"{resource.ToJsonString()}\n{written?.ToJsonString()} {parsed.Error} {string.Join(",", parsed.UnknownFields)}");
                }
            }
        }

        Assert.True(count > 0);
        Assert.True(differences.Count == 0, $"{differences.Count} of {count}:\n{string.Join('\n', differences.Distinct().Take(5))}");
    }

    /// <summary>Recorded times have nanoseconds, ours 100 ns; and resources that were not written over REST lack its fallbacks.</summary>
    private static JsonNode Comparable(JsonObject resource)
    {
        var copy = resource.DeepClone().AsObject();
        copy.Remove("creationTime");
        copy.Remove("modificationTime");
        if (copy["type"]!.GetValue<string>() == "MeshService" && copy["spec"]!["state"]?.GetValue<string>() == "Unavailable")
        {
            copy["spec"]!.AsObject().Remove("state");
        }

        return copy;
    }
}
