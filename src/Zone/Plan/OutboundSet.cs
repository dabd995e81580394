using Mesh.Zone.View;

namespace Mesh.Zone.Plan;

/// <summary>The planned outbounds of proxies that are alike in all that shapes them. Immutable once made.</summary>
/// <param name="Parts">What is compiled.</param>
/// <param name="Faults">What was left out.</param>
/// <param name="Interest">What it was made of.</param>
internal sealed record OutboundSet(IReadOnlyList<SubPlan> Parts, IReadOnlyList<PlanFault> Faults, ProxyInterest Interest)
{
    /// <summary>Makes it part of a proxy's plan.</summary>
    internal void AddTo(PlanContext context)
    {
        context.Parts.AddRange(Parts);
        context.Faults.AddRange(Faults);
        context.Interest.Services.UnionWith(Interest.Services);
        foreach (var (kind, labels) in Interest.Selectors)
        {
            context.Interest.AddSelector(kind, labels);
        }
    }
}
