using Mesh.Policies.Drafts;

namespace Mesh.Zone.Plan;

/// <summary>How a proxy proves itself to the peers of a destination, and whom it accepts there.</summary>
/// <param name="Sni">Server name that it asks for.</param>
/// <param name="SpiffeIds">SPIFFE ids that peers may have.</param>
public sealed record UpstreamTls(string Sni, FactList<string> SpiffeIds);
