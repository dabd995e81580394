namespace Mesh.Policies.Drafts;

/// <summary>The listener of one outbound, with its routes, while policies edit it. Mutable, used by one thread.</summary>
/// <param name="proxy">The proxy.</param>
/// <param name="facts">The destination.</param>
/// <param name="listener">Its listener; HTTP chains hold the routes inline.</param>
/// <param name="routes">The routes of the HTTP chain, in order; empty for TCP.</param>
public sealed class OutboundDraft(ProxyFacts proxy, OutboundFacts facts, ListenerDraft listener, IReadOnlyList<RouteDraft> routes)
{
    /// <summary>The proxy.</summary>
    public ProxyFacts Proxy { get; } = proxy;

    /// <summary>The destination.</summary>
    public OutboundFacts Facts { get; } = facts;

    /// <summary>Its listener.</summary>
    public ListenerDraft Listener { get; } = listener;

    /// <summary>The routes of the HTTP chain, in order; empty for TCP.</summary>
    public IReadOnlyList<RouteDraft> Routes { get; } = routes;
}
