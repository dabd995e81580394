using Mesh.Envoy.Names;
using Mesh.Policies.Drafts;

namespace Mesh.Zone.Plan;

/// <summary>Listeners for addresses of other proxies that the application may call directly.</summary>
public sealed record DirectAccessPlan : SubPlan
{
    /// <inheritdoc/>
    public override string Title => EnvoyNames.DirectAccess;

    /// <summary>What is common to many proxies.</summary>
    public required ProxyFacts Proxy { get; init; }

    /// <summary>The addresses, sorted.</summary>
    public required FactList<ListenAddress> Addresses { get; init; }
}
