using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Mesh.Model.Policies;
using Mesh.Model.Resources;
using Mesh.Policies.Merging;

namespace Mesh.Policies.Matching;

/// <summary>
/// All policies of one kind in one mesh, weakest first, found by a label that a proxy must carry. Safe for concurrent use.
/// </summary>
internal sealed class PolicyKindSet
{
    private const int MaxSets = 10_000;

    private readonly PolicyDocument[] _sorted;
    private readonly List<int> _unlabelled = [];
    private readonly Dictionary<(string Key, string Value), List<int>> _byLabel = [];
    private readonly List<string> _labels = [];
    private readonly ConcurrentDictionary<DocumentKey, DocumentSet> _sets = new();
    private readonly ConfMerging _merging;
    private readonly ConfCache _confs;
    private readonly IDestinationIndex _destinations;
    private volatile PolicyKindSet? _previous;

    /// <summary>Indexes the policies of a kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="sorted">Its policies, weakest first.</param>
    /// <param name="merging">How their entries become one configuration.</param>
    /// <param name="destinations">What they can name.</param>
    /// <param name="previous">The kind before a change, or null: what was computed for policies that did not change is taken from it.</param>
    internal PolicyKindSet(
        ResourceDescriptor kind, PolicyDocument[] sorted, ConfMerging merging, IDestinationIndex destinations, PolicyKindSet? previous)
    {
        Kind = kind;
        _sorted = sorted;
        _merging = merging;
        _confs = new ConfCache(merging, previous?._confs);
        _destinations = destinations;
        _previous = previous;
        if (previous is not null)
        {
            previous._previous = null;
        }

        for (var i = 0; i < sorted.Length; i++)
        {
            IndexOf(sorted[i].Target).Add(i);
        }
    }

    internal ResourceDescriptor Kind { get; }

    /// <summary>True when this set was built from exactly these policies and destinations: then it can be used again.</summary>
    internal bool IsBuiltFrom(PolicyDocument[] sorted, IDestinationIndex destinations) =>
        ReferenceEquals(_destinations.Version, destinations.Version) && _sorted.AsSpan().SequenceEqual(sorted);

    /// <summary>Adds the positions of the policies that select a proxy, ascending.</summary>
    internal void AddChosen(PolicySubject proxy, bool includeShadow, List<int> chosen)
    {
        if (_byLabel.Count == 0)
        {
            foreach (var index in _unlabelled)
            {
                if (IsChosen(index, proxy, includeShadow))
                {
                    chosen.Add(index);
                }
            }

            return;
        }

        var from = chosen.Count;
        chosen.AddRange(_unlabelled);
        foreach (var key in _labels)
        {
            var value = key == ResourceLabels.DisplayName ? proxy.Dataplane.DisplayName : proxy.Dataplane.Labels.GetValueOrDefault(key);
            if (value is not null && _byLabel.TryGetValue((key, value), out var list))
            {
                chosen.AddRange(list);
            }
        }

        // In place: what is kept is never behind what is yet to be looked at.
        CollectionsMarshal.AsSpan(chosen)[from..].Sort();
        var (at, count) = (from, chosen.Count);
        for (var i = from; i < count; i++)
        {
            if (IsChosen(chosen[i], proxy, includeShadow))
            {
                chosen[at++] = chosen[i];
            }
        }

        CollectionsMarshal.SetCount(chosen, at);
    }

    /// <summary>
    /// Adds, for the policies at some positions that name a section, which of a proxy's sections they mean: with these numbers
    /// and the positions proxies are told apart that the policies do not treat alike. Below <paramref name="least"/>.
    /// </summary>
    internal void AddSections(PolicySubject proxy, int from, List<int> numbers, int least)
    {
        if (Kind.Policy?.HasRules != true)
        {
            return;
        }

        var to = numbers.Count;
        for (var i = from; i < to; i++)
        {
            if (SectionOf(_sorted[numbers[i]]) is not { } name)
            {
                continue;
            }

            for (var section = 0; section < proxy.Sections.Count; section++)
            {
                if (proxy.Sections[section].IsNamed(name))
                {
                    numbers.Add(least - section);
                }
            }

            numbers.Add(int.MinValue);
        }
    }

    /// <summary>What the policies at these positions, ascending and not empty, say about a proxy.</summary>
    internal MatchedKind Match(ReadOnlySpan<int> chosen, PolicySubject proxy)
    {
        var documents = new PolicyDocument[chosen.Length];
        for (var i = 0; i < documents.Length; i++)
        {
            documents[i] = _sorted[chosen[i]];
        }

        var all = SetOf(documents);
        if (Kind.Policy?.HasRules != true)
        {
            return new MatchedKind(Kind, all, all, []);
        }

        var bySection = new DocumentSet[proxy.Sections.Count];
        for (var i = 0; i < bySection.Length; i++)
        {
            bySection[i] = SetOf(documents, proxy.Sections[i]);
        }

        return new MatchedKind(Kind, all, SetOf(documents, null), bySection);
    }

    private static string? SectionOf(PolicyDocument policy) =>
        policy.Target is { Kind: TargetKinds.Dataplane, SectionName: { Length: > 0 } name } ? name : null;

    private bool IsChosen(int index, PolicySubject proxy, bool includeShadow)
    {
        var policy = _sorted[index];
        return (includeShadow || !policy.IsShadow) && PolicySelection.Selects(policy.Scope, policy.Target, proxy);
    }

    private List<int> IndexOf(TargetRef target)
    {
        if (target.Kind != TargetKinds.Dataplane || target.Labels is not { Count: > 0 } labels)
        {
            return _unlabelled;
        }

        var (key, value) = labels.First();
        if (!_byLabel.TryGetValue((key, value), out var list))
        {
            list = [];
            _byLabel.Add((key, value), list);
            if (!_labels.Contains(key))
            {
                _labels.Add(key);
            }
        }

        return list;
    }

    /// <summary>Of the chosen policies those about a section; about no section in particular when it is null.</summary>
    private DocumentSet SetOf(PolicyDocument[] chosen, ProxySection? section)
    {
        var narrowed = Array.FindAll(chosen, policy => SectionOf(policy) is not { } name || section?.IsNamed(name) == true);
        return SetOf(narrowed.Length == chosen.Length ? chosen : narrowed);
    }

    private DocumentSet SetOf(PolicyDocument[] chosen)
    {
        var key = new DocumentKey(chosen);
        if (_sets.TryGetValue(key, out var known))
        {
            return known;
        }

        // Proxies come and go; what was computed for those that are gone must not pile up.
        if (_sets.Count >= MaxSets)
        {
            _sets.Clear();
        }

        return _sets.GetOrAdd(key, Create);
    }

    private DocumentSet Create(DocumentKey key)
    {
        if (_previous is not { } previous || !previous._sets.TryGetValue(key, out var before))
        {
            return new DocumentSet(key.Documents, _merging, _confs, _destinations);
        }

        return ReferenceEquals(previous._destinations.Version, _destinations.Version)
            ? before
            : new DocumentSet(key.Documents, _merging, _confs, _destinations, before);
    }
}
