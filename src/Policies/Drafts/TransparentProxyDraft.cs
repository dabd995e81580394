namespace Mesh.Policies.Drafts;

/// <summary>
/// The passthrough listeners and clusters of a proxy with redirected traffic, while policies edit them; IPv4 first, then
/// IPv6 where it is on. Their clusters go through <see cref="ClusterDraft"/> like all others. Mutable, used by one thread.
/// </summary>
/// <param name="proxy">The proxy.</param>
/// <param name="inbounds">The declared inbounds.</param>
public sealed class TransparentProxyDraft(ProxyFacts proxy, FactList<InboundFacts> inbounds)
{
    /// <summary>The proxy.</summary>
    public ProxyFacts Proxy { get; } = proxy;

    /// <summary>The declared inbounds, in the order of the Dataplane.</summary>
    public FactList<InboundFacts> Inbounds { get; } = inbounds;

    /// <summary>Listeners for redirected traffic to ports without an inbound.</summary>
    public List<ListenerDraft> InboundListeners { get; } = [];

    /// <summary>Listeners for redirected traffic to addresses without an outbound.</summary>
    public List<ListenerDraft> OutboundListeners { get; } = [];

    /// <summary>Clusters behind <see cref="InboundListeners"/>.</summary>
    public List<ClusterDraft> InboundClusters { get; } = [];

    /// <summary>Clusters behind <see cref="OutboundListeners"/>; a policy may remove or add some.</summary>
    public List<ClusterDraft> OutboundClusters { get; } = [];
}
