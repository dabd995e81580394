using Mesh.Model.Naming;

namespace Mesh.Policies.Routing;

/// <summary>A cluster to which a route sends a share of its calls.</summary>
/// <param name="Kri">The destination, its port as section: the name of the cluster.</param>
/// <param name="Weight">Share, relative to the others.</param>
/// <param name="IsExternal">It stands outside the mesh.</param>
public sealed record RouteBackend(Kri Kri, uint Weight, bool IsExternal);
