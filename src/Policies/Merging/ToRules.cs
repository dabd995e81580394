using System.Collections.Frozen;
using Mesh.Model.Naming;

namespace Mesh.Policies.Merging;

/// <summary>All <c>to</c> entries of one policy kind for one proxy, by destination. Immutable.</summary>
public sealed class ToRules
{
    private readonly FrozenDictionary<Kri, ResourceRule> _byTarget;

    internal ToRules(IReadOnlyList<ResourceRule> rules)
    {
        All = rules;
        _byTarget = rules.ToFrozenDictionary(rule => rule.Target);
    }

    /// <summary>No rule.</summary>
    public static ToRules None { get; } = new([]);

    /// <summary>Every rule, in the order in which the policies first name the destination.</summary>
    public IReadOnlyList<ResourceRule> All { get; }

    /// <summary>By destination.</summary>
    public IReadOnlyDictionary<Kri, ResourceRule> ResourceRules => _byTarget;

    /// <summary>
    /// The rule for the first of <paramref name="chain"/> that has one, e.g. (service with section, service, mesh);
    /// null when none has.
    /// </summary>
    public ResourceRule? FindRule(params ReadOnlySpan<Kri> chain)
    {
        if (All.Count == 0)
        {
            return null;
        }

        foreach (var kri in chain)
        {
            if (_byTarget.TryGetValue(kri, out var rule))
            {
                return rule;
            }
        }

        return null;
    }

    /// <summary>Whether others are the same rules, for the same destinations and in the same order.</summary>
    internal bool HasSameRules(ToRules other)
    {
        if (All.Count != other.All.Count)
        {
            return false;
        }

        for (var i = 0; i < All.Count; i++)
        {
            var (left, right) = (All[i], other.All[i]);
            if (left.Target != right.Target || !ReferenceEquals(left.Resource, right.Resource) || !ReferenceEquals(left.Conf, right.Conf))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The configuration for the first of <paramref name="chain"/> that has one.</summary>
    public MergedConf? Find(params ReadOnlySpan<Kri> chain) => FindRule(chain)?.Conf;
}
