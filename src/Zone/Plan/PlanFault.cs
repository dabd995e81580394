namespace Mesh.Zone.Plan;

/// <summary>A part of a proxy's configuration that could not be built; the rest is delivered.</summary>
/// <param name="Part">What is missing: the name of a listener, a cluster or a policy.</param>
/// <param name="Message">Why.</param>
public sealed record PlanFault(string Part, string Message);
