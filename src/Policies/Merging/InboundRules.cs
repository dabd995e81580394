using Mesh.Model.Policies;

namespace Mesh.Policies.Merging;

/// <summary>All rules of one policy kind for one inbound. Immutable, with value equality.</summary>
public sealed class InboundRules : IEquatable<InboundRules>
{
    internal InboundRules(IReadOnlyList<InboundRule> rules, MergedConf? catchAll)
    {
        Rules = rules;
        CatchAll = catchAll;
    }

    /// <summary>No rule.</summary>
    public static InboundRules None { get; } = new([], null);

    /// <summary>
    /// Most specific match first (exact id, prefix, any; with server name before without); equally specific ones from the
    /// weakest policy to the strongest (contract §2.3).
    /// </summary>
    public IReadOnlyList<InboundRule> Rules { get; }

    /// <summary>Merge of the rules that are for all callers; null when there is none.</summary>
    public MergedConf? CatchAll { get; }

    /// <summary>
    /// What holds for connections that ask for a server name: rules for it, as if they named none, and rules for any. It
    /// is stronger to name one.
    /// </summary>
    public InboundRules ForServerName(string serverName)
    {
        if (!Rules.Any(rule => rule.Match?.Sni is not null))
        {
            return this;
        }

        var kept = new List<InboundRule>(Rules.Count);
        foreach (var sameId in Rules.Where(rule => rule.Match?.Sni is null || rule.Match.Sni.Value == serverName)
            .GroupBy(rule => rule.Match?.SpiffeId?.Type ?? "").OrderBy(WidthOfId))
        {
            kept.AddRange(sameId.Where(rule => rule.Match?.Sni is null));
            kept.AddRange(sameId.Where(rule => rule.Match?.Sni is not null).Select(WithoutServerName));
        }

        var all = kept.Where(rule => rule.Match?.SpiffeId is null).Select(rule => rule.Conf).ToList();
        return new InboundRules(kept, all.Count == 0 ? null : MergedConf.Merge(all));
    }

    /// <inheritdoc/>
    public bool Equals(InboundRules? other)
    {
        if (ReferenceEquals(this, other))
        {
            return true;
        }

        if (other is null || Rules.Count != other.Rules.Count)
        {
            return false;
        }

        for (var i = 0; i < Rules.Count; i++)
        {
            if (!Rules[i].Equals(other.Rules[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as InboundRules);

    private static int WidthOfId(IGrouping<string, InboundRule> rules) => rules.Key switch
    {
        SpiffeIdMatch.Exact => 0,
        "" => 2,
        _ => 1,
    };

    private static InboundRule WithoutServerName(InboundRule rule) =>
        rule with { Match = rule.Match!.SpiffeId is null ? null : rule.Match with { Sni = null } };

    /// <inheritdoc/>
    public override int GetHashCode() => Rules.Count == 0 ? 0 : HashCode.Combine(Rules.Count, Rules[0], Rules[^1]);
}
