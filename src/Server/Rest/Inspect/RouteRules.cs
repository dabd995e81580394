using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Mesh.Model.Text;
using Mesh.Policies.Merging;

namespace Mesh.Server.Rest.Inspect;

/// <summary>The rules of a route towards one destination.</summary>
internal static class RouteRules
{
    /// <summary>One rule.</summary>
    /// <param name="Matches">Requests it is for; null: all.</param>
    /// <param name="Hash">Hash of the matches.</param>
    /// <param name="Conf">What happens to them.</param>
    /// <param name="Policy">KRI of the policy that says so; empty when the kind has no matches.</param>
    internal sealed record Rule(JsonNode? Matches, string Hash, JsonNode? Conf, string Policy);

    /// <summary>The rules of a kind that tells requests apart; for one that does not, the one rule for all of them.</summary>
    public static IEnumerable<Rule> Of(ResourceRule rule)
    {
        var conf = JsonNode.Parse(rule.Conf.Json);
        if (conf?["rules"] is not JsonArray entries)
        {
            yield return new Rule(null, "", conf, "");
            yield break;
        }

        foreach (var entry in entries)
        {
            var matches = entry?["matches"];
            var hash = matches is null
                ? ""
                : Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(matches.ToJsonString(ModelJson.Options))));
            var policy = rule.OriginByMatches.TryGetValue(hash, out var origin) ? origin.Policy.ToString() : "";
            yield return new Rule(matches, hash, entry?["default"], policy);
        }
    }
}
