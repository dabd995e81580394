using Mesh.Policies;
using Mesh.Policies.Drafts;
using Mesh.Policies.Matching;
using Mesh.Policies.Merging;

namespace Mesh.Zone.Plan;

/// <summary>
/// What shapes an outbound besides the view, its destination and where it listens: proxies that are equal in this have the
/// same outbound for the same destination. Merged rules are one object for all whom the same policies select.
/// </summary>
/// <param name="Proxy">Facts about the proxy.</param>
/// <param name="Rules">Rules for destinations, by policy in the order of the catalogue.</param>
/// <param name="CatchAlls">Rules for all callers, of the policies for which they concern outbounds.</param>
internal sealed record OutboundCaller(ProxyFacts Proxy, FactList<ToRules> Rules, FactList<MergedConf?> CatchAlls)
{
    /// <summary>What shapes the outbounds of a proxy.</summary>
    /// <param name="proxy">Facts about the proxy.</param>
    /// <param name="match">What the policies say about it.</param>
    /// <param name="catalog">The policies.</param>
    internal static OutboundCaller Of(ProxyFacts proxy, PolicyMatch match, PolicyCatalog catalog) => new(
        proxy,
        FactList.From(catalog.InOrder, policy => match.To(policy.Kind)),
        FactList.From(catalog.InOrder, policy => policy.RulesConcernOutbounds ? match.CatchAll(policy.Kind) : null));
}
