namespace Mesh.Policies.Drafts;

/// <summary>
/// The listener of a zone ingress or egress while policies edit it: one chain for each destination, found by server name.
/// Mutable, used by one thread.
/// </summary>
/// <param name="proxy">The proxy.</param>
/// <param name="facts">The listener's place.</param>
/// <param name="listener">Its listener, with the chains of <paramref name="chains"/>.</param>
/// <param name="chains">The chains, each with its destination.</param>
public sealed class ZoneListenerDraft(ProxyFacts proxy, ZoneListenerFacts facts, ListenerDraft listener, IReadOnlyList<ZoneChainDraft> chains)
{
    /// <summary>The proxy.</summary>
    public ProxyFacts Proxy { get; } = proxy;

    /// <summary>The listener's place.</summary>
    public ZoneListenerFacts Facts { get; } = facts;

    /// <summary>Its listener.</summary>
    public ListenerDraft Listener { get; } = listener;

    /// <summary>The chains, each with its destination.</summary>
    public IReadOnlyList<ZoneChainDraft> Chains { get; } = chains;
}
