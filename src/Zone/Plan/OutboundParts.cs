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

    /// <summary>
    /// The same with what is equal in what was planned before taken from there: that is found to be the same at a glance,
    /// and what was made here goes at once.
    /// </summary>
    internal OutboundParts Over(OutboundParts? before)
    {
        if (before is null)
        {
            return this;
        }

        var kept = parts;
        if (parts.Count == before.Parts.Count)
        {
            var all = new SubPlan[parts.Count];
            for (var i = 0; i < all.Length; i++)
            {
                all[i] = parts[i].Equals(before.Parts[i]) ? before.Parts[i] : parts[i];
            }

            kept = all;
        }

        return new OutboundParts(kept, faults, before.Interest.HasSameServices(interest) ? before.Interest : interest);
    }
}
