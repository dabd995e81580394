using Mesh.Model.Policies;
using Mesh.Policies.Merging;

namespace Mesh.Policies.Routing;

/// <summary>What holds for the callers that match, everything merged that speaks about them.</summary>
/// <param name="Match">The callers.</param>
/// <param name="Conf">Merge of the configuration for all callers and of every rule whose match covers this one, wider ones first.</param>
public readonly record struct PeerRule(Match Match, MergedConf Conf)
{
    /// <summary>
    /// The rules for some callers, narrowest first, each match once. A narrow rule inherits from wider ones what it does
    /// not say itself, so that the first route that fits decides everything.
    /// </summary>
    /// <param name="rules">All rules of an inbound.</param>
    /// <param name="isRelevant">Leaves out rules that say nothing which depends on the caller.</param>
    public static IReadOnlyList<PeerRule> From(InboundRules rules, Func<MergedConf, bool> isRelevant)
    {
        List<InboundRule>? matched = null;
        foreach (var rule in rules.Rules)
        {
            if (rule.Match?.SpiffeId is not null && isRelevant(rule.Conf))
            {
                (matched ??= []).Add(rule);
            }
        }

        if (matched is null)
        {
            return [];
        }

        // Stable: rules of equal width stay in the order of strength, weakest first.
        var widestFirst = matched.OrderBy(r => Width(r.Match!)).ToList();
        var result = new List<PeerRule>(matched.Count);
        foreach (var rule in Enumerable.Reverse(widestFirst))
        {
            if (!result.Exists(known => known.Match == rule.Match))
            {
                result.Add(new PeerRule(rule.Match!, Effective(rules.CatchAll, widestFirst, rule.Match!)));
            }
        }

        return result;
    }

    private static MergedConf Effective(MergedConf? all, List<InboundRule> widestFirst, Match target)
    {
        var confs = new List<MergedConf>();
        if (all is not null)
        {
            confs.Add(all);
        }

        foreach (var rule in widestFirst)
        {
            if (Covers(rule.Match!, target))
            {
                confs.Add(rule.Conf);
            }
        }

        return MergedConf.Merge(confs);
    }

    /// <summary>Sort key: prefixes before exact ids, short prefixes before long ones, any server name before a given one.</summary>
    private static (int Exact, int Length, int Sni) Width(Match match) => (
        match.SpiffeId!.Type == SpiffeIdMatch.Exact ? 1 : 0,
        match.SpiffeId.Type == SpiffeIdMatch.Exact ? 0 : match.SpiffeId.Value?.Length ?? 0,
        match.Sni is null ? 0 : 1);

    private static bool Covers(Match candidate, Match target)
    {
        var wide = candidate.SpiffeId!;
        var narrow = target.SpiffeId!;
        var covers = wide.Type == SpiffeIdMatch.Exact
            ? wide == narrow
            : (narrow.Value ?? "").StartsWith(wide.Value ?? "", StringComparison.Ordinal);
        return covers && (candidate.Sni is null || candidate.Sni == target.Sni);
    }
}
