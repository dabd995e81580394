namespace Mesh.Zone.Plan;

/// <summary>Where a listener listens.</summary>
/// <param name="Address">IP address.</param>
/// <param name="Port">Port.</param>
public readonly record struct ListenAddress(string Address, uint Port);
