namespace Mesh.Zone.Plan;

/// <summary>One endpoint of a service outside the mesh.</summary>
/// <param name="Host">IP address or DNS name.</param>
/// <param name="Port">Port.</param>
/// <param name="Priority">0: used first.</param>
public sealed record ExternalAddress(string Host, uint Port, uint Priority);
