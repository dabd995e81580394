using Mesh.Model.Naming;
using Mesh.Policies.Drafts;
using Mesh.Policies.Merging;
using Mesh.Zone.View;

namespace Mesh.Zone.Plan;

/// <summary>Load assignment of one destination's cluster (contract §3.6).</summary>
public sealed record EndpointsPlan : SubPlan
{
    /// <inheritdoc/>
    public override string Title => Cluster.Length > 0 ? Cluster : Destination.ToString();

    /// <summary>Name of the cluster; empty: the destination's.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>What is common to many proxies.</summary>
    public required ProxyFacts Proxy { get; init; }

    /// <summary>The destination, its port as section.</summary>
    public required Kri Destination { get; init; }

    /// <summary>The endpoints.</summary>
    public required EndpointSet Endpoints { get; init; }

    /// <summary>What each policy says, in the order of the catalogue; null where it says nothing.</summary>
    public required FactList<MergedConf?> Confs { get; init; }
}
