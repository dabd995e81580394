using Mesh.Model.Naming;

namespace Mesh.Policies.Routing;

/// <summary>One port of one service that a proxy calls, before it is decided where calls go.</summary>
/// <param name="Kri">The destination, its port as section: also the name of its own cluster.</param>
/// <param name="Protocol">What is spoken there.</param>
/// <param name="IsExternal">It stands outside the mesh.</param>
public sealed record OutboundDestination(Kri Kri, string Protocol, bool IsExternal);
