namespace Mesh.Policies.Drafts;

/// <summary>
/// The listener of one inbound while policies edit it. It begins with one chain in plain text; MeshTLS makes of it what the
/// proxy's identity and mode ask for, and later policies edit every chain. Mutable, used by one thread.
/// </summary>
/// <param name="proxy">The proxy.</param>
/// <param name="facts">The inbound.</param>
/// <param name="listener">Its listener.</param>
public sealed class InboundDraft(ProxyFacts proxy, InboundFacts facts, ListenerDraft listener)
{
    /// <summary>The proxy.</summary>
    public ProxyFacts Proxy { get; } = proxy;

    /// <summary>The inbound.</summary>
    public InboundFacts Facts { get; } = facts;

    /// <summary>Its listener.</summary>
    public ListenerDraft Listener { get; } = listener;
}
