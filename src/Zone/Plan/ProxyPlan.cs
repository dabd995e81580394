using Mesh.Model.Resources;
using Mesh.Policies.Matching;
using Mesh.Zone.View;

namespace Mesh.Zone.Plan;

/// <summary>Everything decided for one proxy.</summary>
public sealed class ProxyPlan
{
    /// <summary>What is compiled for the proxy itself, in the order of generation: of two resources with one name the later counts.</summary>
    public required IReadOnlyList<SubPlan> Parts { get; init; }

    /// <summary>Its outbounds, one object for all proxies that have the same; null: none could be planned.</summary>
    internal OutboundSet? Outbounds { get; init; }

    /// <summary>It has listeners of a zone proxy, whose clusters are named with a view to those of its outbounds.</summary>
    internal bool IsZoneProxy { get; init; }

    /// <summary>What the policies said about it.</summary>
    internal PolicyMatch Match { get; init; } = PolicyMatch.None;

    /// <summary>The MeshIdentity whose certificate the proxy is given; null: none.</summary>
    public Resource? Identity { get; init; }

    /// <summary>The Dataplane it was made for.</summary>
    public required Resource Dataplane { get; init; }

    /// <summary>What was left out and why.</summary>
    public required IReadOnlyList<PlanFault> Faults { get; init; }

    /// <summary>What it was made of: decides which changes touch it.</summary>
    public required ProxyInterest Interest { get; init; }

    /// <summary>The same plan with outbounds that took the place of its own.</summary>
    /// <param name="outbounds">The outbounds.</param>
    /// <param name="match">What the policies say about it now: of the proxy itself they say the same as before.</param>
    internal ProxyPlan With(OutboundSet outbounds, PolicyMatch match)
    {
        if (ReferenceEquals(outbounds, Outbounds) && ReferenceEquals(match, Match))
        {
            return this;
        }

        Interest.Shared = outbounds.Interest;
        var before = Outbounds?.Faults ?? [];
        return new ProxyPlan
        {
            Parts = Parts,
            Outbounds = outbounds,
            Match = match,
            IsZoneProxy = IsZoneProxy,
            Identity = Identity,
            Dataplane = Dataplane,
            Faults = before.Count == 0 && outbounds.Faults.Count == 0 ? Faults : [.. Faults.Where(fault => !before.Contains(fault)), .. outbounds.Faults],
            Interest = Interest,
        };
    }
}
