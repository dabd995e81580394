using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Mesh.Model.Policies;
using Mesh.Model.Resources;

namespace Mesh.Policies.Matching;

/// <summary>
/// All policies of one mesh, read and ordered once per change, ready to be matched with its proxies. Immutable and safe for
/// concurrent use; what is computed for one proxy is kept for the others.
/// </summary>
public sealed class MeshPolicies
{
    private const int MaxMatches = 50_000;

    [ThreadStatic]
    private static List<int>? _numbers;

    private readonly PolicyKindSet[] _kinds;
    private readonly Dictionary<Resource, PolicyDocument> _documents;
    private readonly ConcurrentDictionary<SelectionKey, PolicyMatch> _matches = new(SelectionKey.Comparer.Instance);
    private readonly ConcurrentDictionary<PolicyMatch, PolicyMatch> _distinct = new();
    private volatile MeshPolicies? _previous;

    private MeshPolicies(PolicyKindSet[] kinds, Dictionary<Resource, PolicyDocument> documents, MeshPolicies? previous)
    {
        _kinds = kinds;
        _documents = documents;
        _previous = previous;
        if (previous is not null)
        {
            previous._previous = null;
        }
    }

    /// <summary>No policies.</summary>
    public static MeshPolicies Empty { get; } = new([], [], null);

    /// <summary>
    /// Reads the policies of a mesh; resources of other kinds are passed over. With <paramref name="previous"/>, policies
    /// that are the same objects are not read again, and kinds in which nothing changed keep what was computed for them.
    /// </summary>
    public static MeshPolicies Create(
        PolicyCatalog catalog, IEnumerable<Resource> policies, IDestinationIndex destinations, MeshPolicies? previous = null)
    {
        var documents = new Dictionary<Resource, PolicyDocument>(ReferenceEqualityComparer.Instance);
        var byKind = new SortedDictionary<(int Order, string Kind), List<PolicyDocument>>();
        foreach (var policy in policies)
        {
            if (policy.Descriptor.Policy is not { } traits)
            {
                continue;
            }

            if (previous is null || !previous._documents.TryGetValue(policy, out var document))
            {
                document = PolicyDocument.Read(policy, catalog.MergingOf(policy.Kind));
            }

            documents[policy] = document;
            if (!byKind.TryGetValue((traits.Order, policy.Kind), out var list))
            {
                list = [];
                byKind.Add((traits.Order, policy.Kind), list);
            }

            list.Add(document);
        }

        var kinds = new List<PolicyKindSet>(byKind.Count);
        foreach (var ((_, kind), list) in byKind)
        {
            var sorted = Sort(list);
            var known = previous is null ? null : Array.Find(previous._kinds, candidate => candidate.Kind.Kind == kind);
            kinds.Add(known?.IsBuiltFrom(sorted, destinations) == true
                ? known
                : new PolicyKindSet(list[0].Resource.Descriptor, sorted, catalog.MergingOf(kind), destinations, known));
        }

        return new MeshPolicies([.. kinds], documents, previous);
    }

    /// <summary>
    /// What the policies say about a Dataplane. <paramref name="includeShadow"/>: also policies that are labelled
    /// <c>kuma.io/effect: shadow</c>, which are never delivered.
    /// </summary>
    public MatchedPolicies Match(Resource dataplane, bool includeShadow = false)
    {
        var proxy = PolicySubject.Of(dataplane);
        return new MatchedPolicies(Match(proxy, includeShadow), proxy);
    }

    /// <summary>What the policies say about a proxy and all that they treat alike. Allocates nothing once it is known.</summary>
    public PolicyMatch Match(PolicySubject proxy, bool includeShadow = false)
    {
        ArgumentNullException.ThrowIfNull(proxy);
        var numbers = _numbers ??= [];
        numbers.Clear();
        for (var i = 0; i < _kinds.Length; i++)
        {
            var from = numbers.Count;
            _kinds[i].AddChosen(proxy, includeShadow, numbers);
            if (numbers.Count > from)
            {
                _kinds[i].AddSections(proxy, from, numbers, -_kinds.Length - 1);
            }

            numbers.Add(-1 - i);
        }

        numbers.Add(proxy.Sections.Count);
        var known = _matches.GetAlternateLookup<ReadOnlySpan<int>>();
        var key = (ReadOnlySpan<int>)CollectionsMarshal.AsSpan(numbers);
        if (known.TryGetValue(key, out var match))
        {
            return match;
        }

        // Proxies come and go; what was computed for those that are gone must not pile up.
        if (_matches.Count >= MaxMatches)
        {
            _matches.Clear();
            _distinct.Clear();
        }

        return _matches.GetOrAdd(new SelectionKey(key.ToArray()), Distinct(Build(key, proxy)));
    }

    /// <summary>True when <paramref name="policy"/> selects <paramref name="dataplane"/>, shadow policies included.</summary>
    public static bool Selects(Resource policy, Resource dataplane) => Selects(policy, PolicySubject.Of(dataplane));

    /// <summary>True when <paramref name="policy"/> selects <paramref name="proxy"/>, shadow policies included.</summary>
    public static bool Selects(Resource policy, PolicySubject proxy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(proxy);
        return PolicySelection.Selects(PolicyScope.Of(policy), (policy.Spec as IPolicySpec)?.TargetRef ?? TargetRef.WholeMesh, proxy);
    }

    private PolicyMatch Build(ReadOnlySpan<int> numbers, PolicySubject proxy)
    {
        var matched = new List<MatchedKind>(_kinds.Length);
        for (var i = 0; i < _kinds.Length; i++)
        {
            var end = numbers.IndexOf(-1 - i);
            var chosen = numbers[..end].IndexOfAnyInRange(int.MinValue, -1) is >= 0 and var sections ? numbers[..sections] : numbers[..end];
            if (!chosen.IsEmpty)
            {
                matched.Add(_kinds[i].Match(chosen, proxy));
            }

            numbers = numbers[(end + 1)..];
        }

        return matched.Count == 0 ? PolicyMatch.None : new PolicyMatch([.. matched]);
    }

    /// <summary>The same object as before a change where it says the same.</summary>
    private PolicyMatch Distinct(PolicyMatch match)
    {
        if (_distinct.TryGetValue(match, out var known))
        {
            return known;
        }

        known = _previous is { } previous && previous._distinct.TryGetValue(match, out var before) ? before : match;
        return _distinct.GetOrAdd(known, known);
    }

    /// <summary>
    /// Weakest first. Policies that are equal in everything that counts keep a fixed order, by resource name, so that equal
    /// stores give equal results.
    /// </summary>
    private static PolicyDocument[] Sort(List<PolicyDocument> documents)
    {
        var indexed = new (PolicyDocument Document, int Index)[documents.Count];
        for (var i = 0; i < indexed.Length; i++)
        {
            indexed[i] = (documents[i], i);
        }

        Array.Sort(indexed, static (left, right) =>
        {
            var order = left.Document.Order.CompareTo(right.Document.Order);
            order = order != 0 ? order : string.CompareOrdinal(left.Document.Resource.Name, right.Document.Resource.Name);
            return order != 0 ? order : left.Index.CompareTo(right.Index);
        });
        return Array.ConvertAll(indexed, pair => pair.Document);
    }
}
