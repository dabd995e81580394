using Mesh.Model.Resources;
using Mesh.Policies.Merging;

namespace Mesh.Policies.Matching;

/// <summary>
/// Everything the policies of a mesh say about one proxy, by kind of policy. Immutable and safe for concurrent use.
/// </summary>
public sealed class MatchedPolicies
{
    private readonly IReadOnlyList<ProxySection> _sections;

    /// <summary>What a match says about a proxy of that match.</summary>
    /// <param name="match">What it shares with other proxies.</param>
    /// <param name="proxy">The proxy.</param>
    public MatchedPolicies(PolicyMatch match, PolicySubject proxy)
    {
        ArgumentNullException.ThrowIfNull(match);
        ArgumentNullException.ThrowIfNull(proxy);
        Match = match;
        _sections = proxy.Sections;
    }

    /// <summary>What it shares with other proxies.</summary>
    public PolicyMatch Match { get; }

    /// <summary>Kinds with at least one policy that selects the proxy, in the order in which they take effect.</summary>
    public IEnumerable<ResourceDescriptor> Kinds => Match.Kinds.Select(kind => kind.Kind);

    /// <summary>The policies of <paramref name="kind"/> that select the proxy, weakest first.</summary>
    public IReadOnlyList<Resource> For(string kind) => Match.Find(kind)?.All.Resources ?? [];

    /// <summary>Rules of <paramref name="kind"/> for one inbound or listener, given as <c>address:port</c>.</summary>
    public InboundRules Inbound(string kind, string inboundKey)
    {
        if (Match.Find(kind) is not { BySection.Length: > 0 } matched)
        {
            return InboundRules.None;
        }

        for (var i = 0; i < _sections.Count; i++)
        {
            if (_sections[i].Key == inboundKey)
            {
                return matched.BySection[i].Inbound;
            }
        }

        return InboundRules.None;
    }

    /// <summary>
    /// What the rules of <paramref name="kind"/> say to all callers of the whole proxy: policies that name one inbound are left
    /// out. Null when nothing is said.
    /// </summary>
    public MergedConf? CatchAll(string kind) => Match.CatchAll(kind);

    /// <summary>Rules of <paramref name="kind"/> for destinations.</summary>
    public ToRules To(string kind) => Match.To(kind);

    /// <summary>The one configuration of a kind that has one per proxy; null when no policy selects the proxy.</summary>
    public MergedConf? Proxy(string kind) => Match.Find(kind)?.All.Single;
}
