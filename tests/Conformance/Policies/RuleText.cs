using System.Text.Json.Nodes;
using Mesh.Model.Resources;
using Mesh.Model.Text;
using Mesh.Policies.Merging;

namespace Mesh.Conformance.Policies;

/// <summary>Prints rules as golden files of matching and merging do.</summary>
internal static class RuleText
{
    internal static JsonNode Of(InboundRule rule) => new JsonObject
    {
        ["conf"] = JsonNode.Parse(rule.Conf.Json),
        ["match"] = ModelJson.ToNode(rule.Match),
        ["origin"] = new JsonObject
        {
            ["Resource"] = CaseMeta.Of(rule.Origin.Resource),
            ["RuleIndex"] = rule.Origin.RuleIndex,
        },
    };

    internal static JsonNode Of(ResourceRule rule, string? kubernetesNamespace) => new JsonObject
    {
        ["Conf"] = new JsonArray(JsonNode.Parse(rule.Conf.Json)),
        ["Origin"] = new JsonArray([.. rule.Conf.Origins.Select(origin => Of(origin, kubernetesNamespace))]),
        ["OriginByMatches"] = new JsonObject(
            rule.OriginByMatches.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)Of(pair.Value, kubernetesNamespace)))),
        ["Resource"] = Stored(rule.Resource, kubernetesNamespace),
        ["ResourceSectionName"] = rule.Target.Section,
    };

    private static JsonObject Of(ConfOrigin origin, string? kubernetesNamespace) => new()
    {
        ["Resource"] = Stored(origin.Resource, kubernetesNamespace),
        ["RuleIndex"] = origin.RuleIndex,
    };

    private static JsonObject Stored(Resource resource, string? kubernetesNamespace) =>
        resource.Mesh.Length == 0 ? CaseMeta.Of(resource) : CaseMeta.Stored(resource, kubernetesNamespace);
}
