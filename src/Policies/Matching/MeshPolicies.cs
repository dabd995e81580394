using Mesh.Model.Policies;
using Mesh.Model.Resources;

namespace Mesh.Policies.Matching;

/// <summary>
/// All policies of one mesh, read and ordered once per change, ready to be matched with its proxies. Immutable and safe for
/// concurrent use; what is computed for one proxy is kept for the others.
/// </summary>
public sealed class MeshPolicies
{
    private readonly PolicyKindSet[] _kinds;
    private readonly Dictionary<Resource, PolicyDocument> _documents;

    private MeshPolicies(PolicyKindSet[] kinds, Dictionary<Resource, PolicyDocument> documents)
    {
        _kinds = kinds;
        _documents = documents;
    }

    /// <summary>No policies.</summary>
    public static MeshPolicies Empty { get; } = new([], []);

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

        return new MeshPolicies([.. kinds], documents);
    }

    /// <summary>
    /// What the policies say about a Dataplane. <paramref name="includeShadow"/>: also policies that are labelled
    /// <c>kuma.io/effect: shadow</c>, which are never delivered.
    /// </summary>
    public MatchedPolicies Match(Resource dataplane, bool includeShadow = false)
    {
        var sections = ProxySection.Of(dataplane);
        var matched = new List<MatchedKind>(_kinds.Length);
        foreach (var kind in _kinds)
        {
            if (kind.Match(dataplane, sections, includeShadow) is { } found)
            {
                matched.Add(found);
            }
        }

        return matched.Count == 0 ? MatchedPolicies.None : new MatchedPolicies([.. matched]);
    }

    /// <summary>True when <paramref name="policy"/> selects <paramref name="dataplane"/>, shadow policies included.</summary>
    public static bool Selects(Resource policy, Resource dataplane) =>
        PolicySelection.Selects(
            policy, (policy.Spec as IPolicySpec)?.TargetRef ?? TargetRef.WholeMesh, dataplane, ProxySection.Of(dataplane));

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
