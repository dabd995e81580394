using Mesh.Model.Resources;
using Mesh.Policies.Merging;

namespace Mesh.Policies.Matching;

/// <summary>
/// Everything the policies of a mesh say about one proxy, by kind of policy. Merging happens when first asked for and is
/// shared by all proxies that the same policies select. Immutable and safe for concurrent use.
/// </summary>
public sealed class MatchedPolicies
{
    private readonly MatchedKind[] _kinds;

    internal MatchedPolicies(MatchedKind[] kinds) => _kinds = kinds;

    /// <summary>Nothing matched.</summary>
    public static MatchedPolicies None { get; } = new([]);

    /// <summary>Kinds with at least one policy that selects the proxy, in the order in which they take effect.</summary>
    public IEnumerable<ResourceDescriptor> Kinds => _kinds.Select(kind => kind.Kind);

    /// <summary>The policies of <paramref name="kind"/> that select the proxy, weakest first.</summary>
    public IReadOnlyList<Resource> For(string kind) => Get(kind)?.All.Resources ?? [];

    /// <summary>Rules of <paramref name="kind"/> for one inbound or listener, given as <c>address:port</c>.</summary>
    public InboundRules Inbound(string kind, string inboundKey)
    {
        if (Get(kind) is not { } matched)
        {
            return InboundRules.None;
        }

        foreach (var (key, documents) in matched.BySection)
        {
            if (key == inboundKey)
            {
                return documents.Inbound;
            }
        }

        return InboundRules.None;
    }

    /// <summary>
    /// What the rules of <paramref name="kind"/> say to all callers of the whole proxy: policies that name one inbound are left
    /// out. Null when nothing is said.
    /// </summary>
    public MergedConf? CatchAll(string kind) => Get(kind)?.Whole.Inbound.CatchAll;

    /// <summary>Rules of <paramref name="kind"/> for destinations.</summary>
    public ToRules To(string kind) => Get(kind)?.All.To ?? ToRules.None;

    /// <summary>The one configuration of a kind that has one per proxy; null when no policy selects the proxy.</summary>
    public MergedConf? Proxy(string kind) => Get(kind)?.All.Single;

    private MatchedKind? Get(string kind)
    {
        foreach (var matched in _kinds)
        {
            if (matched.Kind.Kind == kind)
            {
                return matched;
            }
        }

        return null;
    }
}
