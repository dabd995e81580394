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

    /// <inheritdoc/>
    public override int GetHashCode() => Rules.Count == 0 ? 0 : HashCode.Combine(Rules.Count, Rules[0], Rules[^1]);
}
