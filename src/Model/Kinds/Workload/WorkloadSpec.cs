namespace Mesh.Model.Kinds;

/// <summary>Proxies of one workload; all it says stands in its status (contract §1.8).</summary>
public sealed record WorkloadSpec;
