using System.Text.Json.Nodes;
using Mesh.Model.Policies;

namespace Mesh.Policies.Merging;

/// <summary>
/// Merging for routes: the configuration of an entry is its list of <c>rules</c>, and rules with equal <c>matches</c> are
/// one rule whose <c>default</c> is merged (contract §2.4). Inside one policy the first rule wins, between policies the
/// stronger policy does and its rules come first.
/// </summary>
public sealed class KeyedRulesMerging : ConfMerging
{
    private const string Rules = "rules";
    private const string Matches = "matches";
    private const string DefaultConf = "default";

    /// <summary>The only one there need be.</summary>
    public static KeyedRulesMerging Instance { get; } = new();

    /// <inheritdoc/>
    public override JsonObject ConfOf(IOutboundEntry entry)
    {
        var conf = JsonTree.ToObject(entry);
        conf.Remove("targetRef");
        return conf;
    }

    /// <inheritdoc/>
    public override JsonObject Merge(IReadOnlyList<JsonObject> confs)
    {
        var merged = base.Merge(confs);
        var ordered = new List<JsonObject>();
        var byKey = new Dictionary<UInt128, JsonObject>();
        foreach (var conf in confs)
        {
            if (conf[Rules] is not JsonArray rules)
            {
                continue;
            }

            // From the last rule to the first, so that what is merged last, and wins, is the policy's first.
            for (var i = rules.Count - 1; i >= 0; i--)
            {
                if (rules[i] is JsonObject rule)
                {
                    Add(rule, ordered, byKey);
                }
            }
        }

        var list = new JsonArray();
        for (var i = ordered.Count - 1; i >= 0; i--)
        {
            list.Add(ordered[i]);
        }

        merged[Rules] = list;
        return merged;
    }

    /// <inheritdoc/>
    public override IEnumerable<JsonArray> MatchesOf(JsonObject conf)
    {
        if (conf[Rules] is not JsonArray rules)
        {
            yield break;
        }

        foreach (var rule in rules)
        {
            if (rule?[Matches] is JsonArray matches)
            {
                yield return matches;
            }
        }
    }

    private static void Add(JsonObject rule, List<JsonObject> ordered, Dictionary<UInt128, JsonObject> byKey)
    {
        var key = CanonicalJson.Hash(rule[Matches]);
        if (byKey.TryGetValue(key, out var known))
        {
            ordered.Remove(known);
            if (rule[DefaultConf] is JsonObject stronger)
            {
                if (known[DefaultConf] is not JsonObject weaker)
                {
                    weaker = [];
                    known[DefaultConf] = weaker;
                }

                MergePatch.Apply(weaker, stronger);
            }

            ordered.Add(known);
            return;
        }

        var copy = (JsonObject)rule.DeepClone();
        byKey.Add(key, copy);
        ordered.Add(copy);
    }
}
