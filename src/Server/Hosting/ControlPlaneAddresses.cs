namespace Mesh.Server.Hosting;

/// <summary>Where a control plane listens.</summary>
/// <param name="Http">REST without TLS; null when switched off.</param>
/// <param name="Https">REST with TLS; null when switched off.</param>
/// <param name="DataPlane">Bootstrap, ADS and HDS.</param>
/// <param name="Diagnostics">Health, readiness and metrics.</param>
public sealed record ControlPlaneAddresses(Uri? Http, Uri? Https, Uri DataPlane, Uri Diagnostics);
