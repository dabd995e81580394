using Mesh.Policies.Drafts;
using Mesh.Zone.View;

namespace Mesh.Zone.Plan;

/// <summary>What proxies with equal <see cref="LayoutKey"/> can call and where they listen for it, before any of it is planned.</summary>
/// <param name="Destinations">The destinations.</param>
/// <param name="Interest">What was asked to find them.</param>
/// <param name="Faults">What was left out.</param>
/// <param name="Records">Names of the destinations, by name.</param>
internal sealed record OutboundLayout(
    IReadOnlyList<(Outbound Outbound, FactList<ListenAddress> Addresses)> Destinations,
    ProxyInterest Interest,
    IReadOnlyList<PlanFault> Faults,
    FactList<DnsRecord> Records);
