using Mesh.Zone.View;

namespace Mesh.Zone.Plan;

/// <summary>
/// What is planned for one destination: its listener, and clusters and endpoints of all that its routes lead to. One object
/// for all sets of outbounds that have it; compared by reference.
/// </summary>
internal sealed class OutboundParts(IReadOnlyList<SubPlan> parts, IReadOnlyList<PlanFault> faults, ProxyInterest interest)
{
    /// <summary>What is compiled.</summary>
    internal IReadOnlyList<SubPlan> Parts => parts;

    /// <summary>What was left out.</summary>
    internal IReadOnlyList<PlanFault> Faults => faults;

    /// <summary>What it was made of.</summary>
    internal ProxyInterest Interest => interest;

    /// <summary>The same with the interest of another that was made of the same: what is gathered from interests is then found to be the same.</summary>
    internal OutboundParts WithInterestOf(OutboundParts? before) =>
        before is not null && !ReferenceEquals(before.Interest, interest) && before.Interest.HasSameServices(interest)
            ? new OutboundParts(parts, faults, before.Interest)
            : this;
}
