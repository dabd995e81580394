using Mesh.Policies.Drafts;
using Mesh.Zone.View;

namespace Mesh.Zone.Plan;

/// <summary>The planned outbounds of proxies that are alike in all that shapes them. Immutable once made; compared by reference.</summary>
/// <param name="parts">What is compiled.</param>
/// <param name="faults">What was left out.</param>
/// <param name="interest">What it was made of.</param>
/// <param name="records">Names of the destinations.</param>
internal sealed class OutboundSet(
    IReadOnlyList<SubPlan> parts, IReadOnlyList<PlanFault> faults, ProxyInterest interest, FactList<DnsRecord> records)
{
    /// <summary>What is compiled.</summary>
    internal IReadOnlyList<SubPlan> Parts { get; } = parts;

    /// <summary>Names of the destinations, by name.</summary>
    internal FactList<DnsRecord> Records { get; } = records;

    /// <summary>Makes it part of a proxy's plan.</summary>
    internal void AddTo(PlanContext context)
    {
        context.Outbounds = this;
        context.Faults.AddRange(faults);
        context.Interest.Shared = interest;
    }
}
