using Mesh.Model.Labels;
using Mesh.Policies.Drafts;
using Mesh.Policies.Merging;

namespace Mesh.Zone.Plan;

/// <summary>Cluster of a service outside the mesh, on a zone egress (contract §3.8).</summary>
public sealed record ExternalClusterPlan : SubPlan
{
    /// <inheritdoc/>
    public override string Title => Name;

    /// <summary>Name of the cluster.</summary>
    public required string Name { get; init; }

    /// <summary>What is common to many proxies.</summary>
    public required ProxyFacts Proxy { get; init; }

    /// <summary>The destination.</summary>
    public required ClusterFacts Facts { get; init; }

    /// <summary>Where it is, in the order in which it was written.</summary>
    public required FactList<ExternalAddress> Addresses { get; init; }

    /// <summary>Labels of its endpoints.</summary>
    public required LabelSet Labels { get; init; }

    /// <summary>The machine of the egress has IPv6.</summary>
    public bool HasIPv6 { get; init; }

    /// <summary>TLS towards it; null: plain text.</summary>
    public ExternalTlsFacts? Tls { get; init; }

    /// <summary>What each policy says, in the order of the catalogue; null where it says nothing.</summary>
    public required FactList<MergedConf?> Confs { get; init; }
}
