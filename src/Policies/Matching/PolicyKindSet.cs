using System.Collections.Concurrent;
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
    private readonly ConcurrentDictionary<SelectionKey, DocumentSet> _sets = new();
    private readonly ConfMerging _merging;
    private readonly ConfCache _confs;
    private readonly IDestinationIndex _destinations;

    internal PolicyKindSet(
        ResourceDescriptor kind, PolicyDocument[] sorted, ConfMerging merging, IDestinationIndex destinations, PolicyKindSet? previous)
    {
        Kind = kind;
        _sorted = sorted;
        _merging = merging;
        _confs = new ConfCache(merging, previous?._confs);
        _destinations = destinations;
        for (var i = 0; i < sorted.Length; i++)
        {
            IndexOf(sorted[i].Target).Add(i);
        }
    }

    internal ResourceDescriptor Kind { get; }

    /// <summary>True when this set was built from exactly these policies and destinations: then it can be used again.</summary>
    internal bool IsBuiltFrom(PolicyDocument[] sorted, IDestinationIndex destinations) =>
        ReferenceEquals(_destinations.Version, destinations.Version) && _sorted.AsSpan().SequenceEqual(sorted);

    /// <summary>The documents that select a proxy; null when none does.</summary>
    internal MatchedKind? Match(Resource dataplane, IReadOnlyList<ProxySection> sections, bool includeShadow)
    {
        var chosen = Candidates(dataplane);
        chosen.RemoveAll(index => !PolicySelection.Selects(_sorted[index], dataplane, sections, includeShadow));
        if (chosen.Count == 0)
        {
            return null;
        }

        var all = SetOf(chosen);
        if (Kind.Policy?.HasRules != true)
        {
            return new MatchedKind(Kind, all, all, []);
        }

        var bySection = new KeyValuePair<string, DocumentSet>[sections.Count];
        for (var i = 0; i < bySection.Length; i++)
        {
            bySection[i] = new(sections[i].Key, SetOf(chosen, sections[i]));
        }

        return new MatchedKind(Kind, all, SetOf(chosen, null), bySection);
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
        }

        return list;
    }

    /// <summary>Positions of the policies that may select the proxy, ascending.</summary>
    private List<int> Candidates(Resource dataplane)
    {
        var result = new List<int>(_unlabelled);
        if (_byLabel.Count == 0)
        {
            return result;
        }

        foreach (var (key, value) in dataplane.Labels)
        {
            if (key != ResourceLabels.DisplayName && _byLabel.TryGetValue((key, value), out var list))
            {
                result.AddRange(list);
            }
        }

        if (_byLabel.TryGetValue((ResourceLabels.DisplayName, dataplane.DisplayName), out var named))
        {
            result.AddRange(named);
        }

        result.Sort();
        return result;
    }

    /// <summary>Of the chosen policies those about a section; about no section in particular when it is null.</summary>
    private DocumentSet SetOf(List<int> chosen, ProxySection? section)
    {
        var narrowed = chosen.FindAll(index =>
            _sorted[index].Target is not { Kind: TargetKinds.Dataplane, SectionName: { Length: > 0 } name }
            || section?.IsNamed(name) == true);
        return SetOf(narrowed.Count == chosen.Count ? chosen : narrowed);
    }

    private DocumentSet SetOf(List<int> chosen)
    {
        var key = new SelectionKey([.. chosen]);
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

    private DocumentSet Create(SelectionKey key) =>
        new(Array.ConvertAll(key.Indexes, index => _sorted[index]), _merging, _confs, _destinations);
}
