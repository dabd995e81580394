using Mesh.Zone.View;

namespace Mesh.Zone.Plan;

/// <summary>What is planned for one destination: its listener, and clusters and endpoints of all that its routes lead to.</summary>
/// <param name="Parts">What is compiled.</param>
/// <param name="Faults">What was left out.</param>
/// <param name="Interest">What it was made of.</param>
internal sealed record OutboundParts(IReadOnlyList<SubPlan> Parts, IReadOnlyList<PlanFault> Faults, ProxyInterest Interest);
