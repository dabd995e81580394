using Mesh.Policies.Drafts;
using Mesh.Policies.Merging;

namespace Mesh.Zone.Plan;

/// <summary>A listener of a zone ingress or egress (contract §3.8).</summary>
public sealed record ZoneListenerPlan : SubPlan
{
    /// <inheritdoc/>
    public override string Title => Facts.Name;

    /// <summary>What is common to many proxies.</summary>
    public required ProxyFacts Proxy { get; init; }

    /// <summary>The listener's place.</summary>
    public required ZoneListenerFacts Facts { get; init; }

    /// <summary>The ways through it, in the order of their destinations' KRIs.</summary>
    public required FactList<ZoneChain> Chains { get; init; }

    /// <summary>What each policy says, in the order of the catalogue.</summary>
    public required FactList<InboundRules> Rules { get; init; }
}
