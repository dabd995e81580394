using Mesh.Model.Naming;

namespace Mesh.Policies.Drafts;

/// <summary>The way to one destination through a zone proxy's listener, while policies edit it.</summary>
/// <param name="destination">The destination, its port as section.</param>
/// <param name="serverName">Server name that callers ask for.</param>
/// <param name="chain">Its filter chain; it ends TLS where the destination is outside the mesh, and else passes it on.</param>
public sealed class ZoneChainDraft(Kri destination, string serverName, FilterChainDraft chain)
{
    /// <summary>The destination, its port as section.</summary>
    public Kri Destination { get; } = destination;

    /// <summary>Server name that callers ask for: what the <c>sni</c> of a match is compared with.</summary>
    public string ServerName { get; } = serverName;

    /// <summary>Its filter chain.</summary>
    public FilterChainDraft Chain { get; } = chain;
}
