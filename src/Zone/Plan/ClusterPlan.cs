using Mesh.Policies.Drafts;
using Mesh.Policies.Merging;

namespace Mesh.Zone.Plan;

/// <summary>Cluster of one destination (contract §3.5).</summary>
public sealed record ClusterPlan : SubPlan
{
    /// <inheritdoc/>
    public override string Title => Name.Length > 0 ? Name : Facts.Destination.ToString()!;

    /// <summary>Name of the cluster; empty: the destination's.</summary>
    public string Name { get; init; } = "";

    /// <summary>What is common to many proxies.</summary>
    public required ProxyFacts Proxy { get; init; }

    /// <summary>The destination.</summary>
    public required ClusterFacts Facts { get; init; }

    /// <summary>
    /// The endpoints, where some are named by host: Envoy resolves them, as far as it is told them with the cluster. Null:
    /// they are discovered.
    /// </summary>
    public EndpointsPlan? Resolved { get; init; }

    /// <summary>TLS towards the peer; null: what comes is passed on.</summary>
    public UpstreamTls? Tls { get; init; }

    /// <summary>What each policy says, in the order of the catalogue; null where it says nothing.</summary>
    public required FactList<MergedConf?> Confs { get; init; }
}
