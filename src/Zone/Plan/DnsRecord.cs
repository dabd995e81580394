using Mesh.Policies.Drafts;

namespace Mesh.Zone.Plan;

/// <summary>A name and its addresses.</summary>
/// <param name="Name">Host name.</param>
/// <param name="Addresses">IP addresses.</param>
public sealed record DnsRecord(string Name, FactList<string> Addresses);
