using Mesh.Policies.Drafts;
using Mesh.Zone.Ingest;

namespace Mesh.Zone.Plan;

/// <summary>All that decides, besides the view, what a proxy can call and where it listens for that.</summary>
/// <param name="Wishes">What the Dataplane says about its outbounds (<see cref="OutboundWishes"/>).</param>
/// <param name="Redirection">How traffic is redirected; null when it is not.</param>
/// <param name="BindsOutbounds">Outbounds listen on loopback addresses.</param>
/// <param name="OwnAddresses">Inbounds that stand on an address of a service: it is not taken from them.</param>
internal sealed record LayoutKey(
    string Wishes, TransparentProxySettings? Redirection, bool BindsOutbounds, FactList<ListenAddress> OwnAddresses);
