using Mesh.Envoy.Names;
using Mesh.Model.Labels;
using Mesh.Policies.Drafts;

namespace Mesh.Zone.Plan;

/// <summary>What the sidecar process fetches from its Envoy: names for its DNS proxy (contract §3.4).</summary>
public sealed record DynamicConfigPlan : SubPlan
{
    /// <inheritdoc/>
    public override string Title => EnvoyNames.DynamicConfig;

    /// <summary>What is common to many proxies.</summary>
    public required ProxyFacts Proxy { get; init; }

    /// <summary>Socket on which Envoy serves it.</summary>
    public required string SocketPath { get; init; }

    /// <summary>Names and addresses, by name.</summary>
    public required FactList<DnsRecord> Records { get; init; }

    /// <summary>Labels for the metrics of the DNS proxy.</summary>
    public required LabelSet ExtraLabels { get; init; }
}
