using Mesh.Policies.Drafts;
using Mesh.Zone.View;

namespace Mesh.Zone.Plan;

/// <summary>
/// The planned outbounds of proxies that are alike in all that shapes them. Immutable once made; compared by reference. It is
/// what these proxies are to have until a change concerns its <see cref="Interest"/>.
/// </summary>
internal sealed class OutboundSet
{
    /// <summary>Puts together what was planned for each destination.</summary>
    /// <param name="key">Of whom it is the outbounds.</param>
    /// <param name="layout">What they can call.</param>
    /// <param name="planned">The plans of the layout's destinations, in their order.</param>
    /// <param name="before">The set whose place it takes, or null.</param>
    internal OutboundSet(OutboundKey key, OutboundLayout layout, IReadOnlyList<OutboundParts> planned, OutboundSet? before)
    {
        Key = key;
        Layout = layout;
        Planned = planned;
        Faults = GatherFaults(layout, planned);
        Interest = before is not null && HasInterestsOf(before) ? before.Interest : GatherInterest(layout, planned);
    }

    /// <summary>Of whom it is the outbounds.</summary>
    internal OutboundKey Key { get; }

    /// <summary>What they can call.</summary>
    internal OutboundLayout Layout { get; }

    /// <summary>The plans of the layout's destinations, in their order. Two that lead to one cluster both have it.</summary>
    internal IReadOnlyList<OutboundParts> Planned { get; }

    /// <summary>What was left out.</summary>
    internal IReadOnlyList<PlanFault> Faults { get; }

    /// <summary>What it was made of.</summary>
    internal ProxyInterest Interest { get; }

    /// <summary>Names of the destinations, by name.</summary>
    internal FactList<DnsRecord> Records => Layout.Records;

    /// <summary>Makes it part of a proxy's plan.</summary>
    internal void AddTo(PlanContext context)
    {
        context.Outbounds = this;
        context.Faults.AddRange(Faults);
        context.Interest.Shared = Interest;
    }

    private static List<PlanFault> GatherFaults(OutboundLayout layout, IReadOnlyList<OutboundParts> planned)
    {
        List<PlanFault> faults = [.. layout.Faults];
        foreach (var parts in planned)
        {
            foreach (var fault in parts.Faults)
            {
                if (!faults.Contains(fault))
                {
                    faults.Add(fault);
                }
            }
        }

        return faults;
    }

    private static ProxyInterest GatherInterest(OutboundLayout layout, IReadOnlyList<OutboundParts> planned)
    {
        var interest = new ProxyInterest { InAllServices = layout.Interest.InAllServices };
        interest.AddServices(layout.Interest);
        foreach (var parts in planned)
        {
            interest.AddServices(parts.Interest);
        }

        return interest;
    }

    private bool HasInterestsOf(OutboundSet before)
    {
        if (!ReferenceEquals(before.Layout, Layout))
        {
            return false;
        }

        for (var i = 0; i < Planned.Count; i++)
        {
            if (!ReferenceEquals(before.Planned[i].Interest, Planned[i].Interest))
            {
                return false;
            }
        }

        return true;
    }
}
