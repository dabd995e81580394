using System.Collections.Concurrent;
using Mesh.Model.Naming;
using Mesh.Policies.Drafts;
using Mesh.Policies.Merging;

namespace Mesh.Zone.Plan;

/// <summary>
/// The outbounds planned for one view so far. Instances of a workload, and all proxies with redirected traffic, mostly
/// call the same under the same policies: that is planned once. Safe for concurrent use.
/// </summary>
internal sealed class OutboundSets
{
    private readonly ConcurrentDictionary<Key, OutboundSet> _sets = new();

    /// <summary>The outbounds of a proxy.</summary>
    internal OutboundSet Find(PlanContext context, IReadOnlyList<(Outbound Outbound, FactList<ListenAddress> Addresses)> outbounds)
    {
        var key = new Key(
            context.Proxy,
            FactList.From(outbounds.Select(pair => (pair.Outbound.Kri, pair.Addresses))),
            FactList.From(context.Catalog.InOrder.Select(policy => context.Matched.To(policy.Kind))),
            FactList.From(context.Catalog.InOrder.Select(policy => policy.RulesConcernOutbounds ? context.Matched.CatchAll(policy.Kind) : null)));
        if (!_sets.TryGetValue(key, out var set))
        {
            set = _sets.GetOrAdd(key, new OutboundSetPlanner(context).Plan(outbounds));
        }

        return set;
    }

    /// <summary>All that outbounds are made of besides the view. Merged rules are one object for all whom the same policies select.</summary>
    private sealed record Key(
        ProxyFacts Proxy, FactList<(Kri Destination, FactList<ListenAddress> Addresses)> Outbounds, FactList<ToRules> Rules, FactList<MergedConf?> CatchAlls);
}
