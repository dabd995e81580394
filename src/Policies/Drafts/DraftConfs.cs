using Mesh.Model.Naming;
using Mesh.Policies.Matching;
using Mesh.Policies.Merging;

namespace Mesh.Policies.Drafts;

/// <summary>
/// Picks, in the plan, what a policy is told about each draft. What a policy does not edit it is told nothing about, so that
/// it cannot keep equal drafts of different proxies apart.
/// </summary>
public static class DraftConfs
{
    /// <summary>For the listener of an inbound, given as <c>address:port</c>.</summary>
    public static InboundRules ForInbound(Policy policy, MatchedPolicies matched, string inboundKey) =>
        policy.Edits.HasFlag(DraftKinds.Inbound) ? matched.Inbound(policy.Kind, inboundKey) : InboundRules.None;

    /// <summary>For the listener of an outbound and its routes (<see cref="OutboundConfs.Resolve"/>).</summary>
    public static OutboundConfs ForOutbound(Policy policy, MatchedPolicies matched, Kri destination, Kri mesh, IEnumerable<Kri> routes) =>
        policy.Edits.HasFlag(DraftKinds.Outbound)
            ? OutboundConfs.Resolve(matched.To(policy.Kind), destination, mesh, routes).Without(policy.Unread(DraftKinds.Outbound))
            : OutboundConfs.None;

    /// <summary>For the cluster of an inbound, given as <c>address:port</c>.</summary>
    public static MergedConf? ForInboundCluster(Policy policy, MatchedPolicies matched, string inboundKey) =>
        policy.Edits.HasFlag(DraftKinds.Cluster)
            ? matched.Inbound(policy.Kind, inboundKey).CatchAll?.Without(policy.Unread(DraftKinds.Cluster))
            : null;

    /// <summary>For the cluster of an outbound.</summary>
    public static MergedConf? ForOutboundCluster(Policy policy, MatchedPolicies matched, Kri destination, Kri mesh)
    {
        if (!policy.Edits.HasFlag(DraftKinds.Cluster))
        {
            return null;
        }

        var conf = policy.RulesConcernOutbounds ? matched.CatchAll(policy.Kind) : ForDestination(policy, matched, destination, mesh);
        return conf?.Without(policy.Unread(DraftKinds.Cluster));
    }

    /// <summary>For the endpoints of an outbound.</summary>
    public static MergedConf? ForEndpoints(Policy policy, MatchedPolicies matched, Kri destination, Kri mesh) =>
        policy.Edits.HasFlag(DraftKinds.Endpoints)
            ? ForDestination(policy, matched, destination, mesh)?.Without(policy.Unread(DraftKinds.Endpoints))
            : null;

    /// <summary>For the passthrough listeners of a proxy with these inbounds, given as <c>address:port</c>.</summary>
    public static ProxyConfs ForTransparentProxy(Policy policy, MatchedPolicies matched, IEnumerable<string> inboundKeys) =>
        policy.Edits.HasFlag(DraftKinds.TransparentProxy)
            ? new ProxyConfs(matched.Proxy(policy.Kind), FactList.From(inboundKeys.Select(key => matched.Inbound(policy.Kind, key))))
            : ProxyConfs.None;

    /// <summary>For a listener of a zone proxy, given as <c>address:port</c>.</summary>
    public static InboundRules ForZoneListener(Policy policy, MatchedPolicies matched, string listenerKey) =>
        policy.Edits.HasFlag(DraftKinds.ZoneListener) ? matched.Inbound(policy.Kind, listenerKey) : InboundRules.None;

    private static MergedConf? ForDestination(Policy policy, MatchedPolicies matched, Kri destination, Kri mesh) =>
        matched.To(policy.Kind).Find(destination, destination.WithSection(""), mesh);
}
