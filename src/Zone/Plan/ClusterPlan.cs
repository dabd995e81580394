using Mesh.Policies.Drafts;
using Mesh.Policies.Merging;

namespace Mesh.Zone.Plan;

/// <summary>Cluster of one destination (contract §3.5).</summary>
public sealed record ClusterPlan : SubPlan
{
    /// <inheritdoc/>
    public override string Title => Facts.Destination.ToString()!;

    /// <summary>What is common to many proxies.</summary>
    public required ProxyFacts Proxy { get; init; }

    /// <summary>The destination.</summary>
    public required ClusterFacts Facts { get; init; }

    /// <summary>TLS towards the peer; null: plain text.</summary>
    public UpstreamTls? Tls { get; init; }

    /// <summary>What each policy says, in the order of the catalogue; null where it says nothing.</summary>
    public required FactList<MergedConf?> Confs { get; init; }
}
