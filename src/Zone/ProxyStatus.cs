using Mesh.Zone.Ingest;
using Mesh.Zone.Plan;

namespace Mesh.Zone;

/// <summary>What became of a connected proxy's configuration.</summary>
/// <param name="Proxy">The proxy.</param>
/// <param name="IsConfigured">It has a configuration; false while its Dataplane or its mesh does not exist.</param>
/// <param name="Faults">What is left out of it and why; empty when it is complete.</param>
public sealed record ProxyStatus(ProxyKey Proxy, bool IsConfigured, IReadOnlyList<PlanFault> Faults);
