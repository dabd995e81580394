using Mesh.Policies.Drafts;
using Mesh.Policies.Routing;

namespace Mesh.Zone.Plan;

/// <summary>Listener of one outbound with its routes.</summary>
public sealed record OutboundPlan : SubPlan
{
    /// <inheritdoc/>
    public override string Title => Facts.Destination.ToString();

    /// <summary>What is common to many proxies.</summary>
    public required ProxyFacts Proxy { get; init; }

    /// <summary>The destination.</summary>
    public required OutboundFacts Facts { get; init; }

    /// <summary>Addresses on which it listens; the first is the listener's own.</summary>
    public required FactList<ListenAddress> Addresses { get; init; }

    /// <summary>Where calls go.</summary>
    public required OutboundRouting Routing { get; init; }

    /// <summary>What each policy says, in the order of the catalogue.</summary>
    public required FactList<OutboundConfs> Confs { get; init; }
}
