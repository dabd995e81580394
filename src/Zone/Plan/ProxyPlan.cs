using Mesh.Model.Resources;
using Mesh.Zone.View;

namespace Mesh.Zone.Plan;

/// <summary>Everything decided for one proxy.</summary>
public sealed class ProxyPlan
{
    /// <summary>What is compiled for the proxy itself, in the order of generation: of two resources with one name the later counts.</summary>
    public required IReadOnlyList<SubPlan> Parts { get; init; }

    /// <summary>Its outbounds, one object for all proxies that have the same; null: none could be planned.</summary>
    internal OutboundSet? Outbounds { get; init; }

    /// <summary>The MeshIdentity whose certificate the proxy is given; null: none.</summary>
    public Resource? Identity { get; init; }

    /// <summary>The Dataplane it was made for.</summary>
    public required Resource Dataplane { get; init; }

    /// <summary>What was left out and why.</summary>
    public required IReadOnlyList<PlanFault> Faults { get; init; }

    /// <summary>What it was made of: decides which changes touch it.</summary>
    public required ProxyInterest Interest { get; init; }
}
