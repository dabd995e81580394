using Mesh.Policies.Drafts;
using Mesh.Zone.Ingest;

namespace Mesh.Zone.Plan;

/// <summary>What happens to redirected traffic that no other listener is for (contract §3.4).</summary>
public sealed record TransparentProxyPlan : SubPlan
{
    /// <inheritdoc/>
    public override string Title => "transparent proxy";

    /// <summary>What is common to many proxies.</summary>
    public required ProxyFacts Proxy { get; init; }

    /// <summary>Ports and IP families.</summary>
    public required TransparentProxySettings Settings { get; init; }

    /// <summary>The declared inbounds.</summary>
    public required FactList<InboundFacts> Inbounds { get; init; }

    /// <summary>What each policy says, in the order of the catalogue.</summary>
    public required FactList<ProxyConfs> Confs { get; init; }
}
