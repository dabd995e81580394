using System.Collections.Immutable;
using Mesh.Model.Labels;

namespace Mesh.Zone.View;

/// <summary>Which resources of one kind carry which label: answers selectors without looking at every resource. Immutable.</summary>
public sealed class LabelIndex
{
    private readonly ImmutableDictionary<string, LabelSet> _labels;
    private readonly ImmutableDictionary<KeyValuePair<string, string>, ImmutableSortedSet<string>> _names;

    private LabelIndex(
        ImmutableDictionary<string, LabelSet> labels,
        ImmutableDictionary<KeyValuePair<string, string>, ImmutableSortedSet<string>> names)
    {
        _labels = labels;
        _names = names;
    }

    /// <summary>An index of nothing.</summary>
    public static LabelIndex Empty { get; } = new(
        ImmutableDictionary.Create<string, LabelSet>(StringComparer.Ordinal),
        ImmutableDictionary.Create<KeyValuePair<string, string>, ImmutableSortedSet<string>>(LabelPairComparer.Instance));

    /// <summary>The labels of a resource; empty when it is not there.</summary>
    public LabelSet LabelsOf(string name) => _labels.TryGetValue(name, out var labels) ? labels : LabelSet.Empty;

    /// <summary>The index after a resource got other labels; null: it was deleted.</summary>
    public LabelIndex With(string name, LabelSet? labels)
    {
        var before = _labels.TryGetValue(name, out var known) ? known : null;
        if (Equals(before, labels))
        {
            return this;
        }

        var names = _names.ToBuilder();
        foreach (var pair in before?.Pairs ?? [])
        {
            var left = names[pair].Remove(name);
            if (left.IsEmpty)
            {
                names.Remove(pair);
            }
            else
            {
                names[pair] = left;
            }
        }

        foreach (var pair in labels?.Pairs ?? [])
        {
            names[pair] = (names.TryGetValue(pair, out var set) ? set : ImmutableSortedSet.Create<string>(StringComparer.Ordinal)).Add(name);
        }

        return new LabelIndex(labels is null ? _labels.Remove(name) : _labels.SetItem(name, labels), names.ToImmutable());
    }

    /// <summary>Names of the resources that satisfy a selector, in ordinal order. An empty selector selects all.</summary>
    public IEnumerable<string> Select(IReadOnlyDictionary<string, string> selector)
    {
        if (selector.Count == 0)
        {
            return _labels.Keys.Order(StringComparer.Ordinal);
        }

        ImmutableSortedSet<string>? rarest = null;
        foreach (var pair in selector)
        {
            if (!_names.TryGetValue(pair, out var set))
            {
                return [];
            }

            if (rarest is null || set.Count < rarest.Count)
            {
                rarest = set;
            }
        }

        return selector.Count == 1 ? rarest! : rarest!.Where(name => _labels[name].Satisfies(selector));
    }
}
