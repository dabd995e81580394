using Mesh.Model.Labels;
using Mesh.Policies.Drafts;
using Mesh.Policies.Merging;

namespace Mesh.Zone.Plan;

/// <summary>Listener and cluster of one inbound (contract §3.3).</summary>
public sealed record InboundPlan : SubPlan
{
    /// <inheritdoc/>
    public override string Title => Facts.Name;

    /// <summary>What is common to many proxies.</summary>
    public required ProxyFacts Proxy { get; init; }

    /// <summary>The inbound.</summary>
    public required InboundFacts Facts { get; init; }

    /// <summary>Labels of the Dataplane, as the listener's tags.</summary>
    public required LabelSet Tags { get; init; }

    /// <summary>Address from which the application is called; null: any.</summary>
    public string? SourceAddress { get; init; }

    /// <summary>What each policy says about the listener, in the order of the catalogue.</summary>
    public required FactList<InboundRules> Rules { get; init; }

    /// <summary>What each policy says about the cluster, in the order of the catalogue; null where it says nothing.</summary>
    public required FactList<MergedConf?> ClusterConfs { get; init; }
}
