using Mesh.Model.Naming;

namespace Mesh.Policies.Routing;

/// <summary>What a backend reference of a route means.</summary>
/// <param name="Kri">The destination, its port as section: the name of the cluster.</param>
/// <param name="Protocol">What is spoken there.</param>
/// <param name="IsExternal">It stands outside the mesh.</param>
public sealed record ResolvedBackend(Kri Kri, string Protocol, bool IsExternal);
