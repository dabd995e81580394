using Mesh.Policies.Merging;

namespace Mesh.Policies.Drafts;

/// <summary>What one policy kind says about a proxy as a whole. Value equality.</summary>
/// <param name="Proxy">The one configuration of a kind that has one per proxy; null when no policy selects it.</param>
/// <param name="Inbounds">Rules for each declared inbound, in the order of the Dataplane; empty for kinds without rules.</param>
public sealed record ProxyConfs(MergedConf? Proxy, FactList<InboundRules> Inbounds)
{
    /// <summary>Nothing is said.</summary>
    public static ProxyConfs None { get; } = new(null, []);
}
