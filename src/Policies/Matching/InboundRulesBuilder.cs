using System.Text.Json.Nodes;
using Mesh.Model.Policies;
using Mesh.Policies.Merging;

namespace Mesh.Policies.Matching;

/// <summary>Lists the rules of matched policies for one inbound (contract §2.3).</summary>
internal static class InboundRulesBuilder
{
    private const int Classes = 6;

    internal static InboundRules Build(PolicyDocument[] documents, ConfMerging merging)
    {
        var classes = new List<InboundRule>?[Classes];
        var count = 0;
        foreach (var document in documents)
        {
            foreach (var rule in document.Rules)
            {
                (classes[Specificity(rule.Match)] ??= []).Add(rule);
                count++;
            }
        }

        if (count == 0)
        {
            return InboundRules.None;
        }

        var ordered = new List<InboundRule>(count);
        foreach (var list in classes)
        {
            ordered.AddRange(list ?? []);
        }

        return new InboundRules(ordered, MergeCatchAll(classes[Classes - 1], merging));
    }

    private static MergedConf? MergeCatchAll(List<InboundRule>? rules, ConfMerging merging)
    {
        if (rules is null)
        {
            return null;
        }

        if (rules.Count == 1)
        {
            return rules[0].Conf;
        }

        return new MergedConf(
            merging.Merge(rules.ConvertAll(rule => (JsonObject)JsonNode.Parse(rule.Conf.Json)!)),
            rules.ConvertAll(rule => rule.Origin));
    }

    /// <summary>0 is the most specific: exact id, prefix, any; within each with a server name before without.</summary>
    private static int Specificity(Match? match)
    {
        var id = match?.SpiffeId switch
        {
            null => 2,
            { Type: SpiffeIdMatch.Exact } => 0,
            _ => 1,
        };
        return (id * 2) + (match?.Sni is null ? 1 : 0);
    }
}
