using Mesh.Model.Naming;

namespace Mesh.Zone.Plan;

/// <summary>The way to one destination through a listener of a zone proxy.</summary>
/// <param name="ServerName">Server name that callers ask for.</param>
/// <param name="Destination">The destination, its port as section.</param>
/// <param name="Cluster">Name of the cluster that it leads to.</param>
/// <param name="Protocol">What is spoken there, where <paramref name="EndsTls"/>; else bytes are passed on.</param>
/// <param name="EndsTls">TLS ends here: the destination is outside the mesh.</param>
public sealed record ZoneChain(string ServerName, Kri Destination, string Cluster, string Protocol, bool EndsTls);
