using Mesh.Policies.Drafts;

namespace Mesh.Zone.Plan;

/// <summary>All that outbounds are made of besides the view: proxies with equal keys have the same.</summary>
/// <param name="Caller">What shapes each of them.</param>
/// <param name="Wishes">What the Dataplane says about its outbounds (<see cref="OutboundWishes"/>).</param>
/// <param name="Redirection">How traffic is redirected; null when it is not.</param>
/// <param name="BindsOutbounds">Outbounds listen on loopback addresses.</param>
/// <param name="OwnAddresses">Inbounds that stand on an address of a service: it is not taken from them.</param>
internal sealed record OutboundKey(
    OutboundCaller Caller,
    string Wishes,
    Ingest.TransparentProxySettings? Redirection,
    bool BindsOutbounds,
    FactList<ListenAddress> OwnAddresses);
