namespace Mesh.Zone.Plan;

/// <summary>All that outbounds are made of besides the view: proxies with equal keys have the same.</summary>
/// <param name="Caller">What shapes each of them.</param>
/// <param name="Layout">What can be called, and where they listen for it.</param>
internal sealed record OutboundKey(OutboundCaller Caller, LayoutKey Layout);
