using Mesh.Envoy.Names;
using Mesh.Policies.Drafts;
using Mesh.Zone.View;

namespace Mesh.Zone.Plan;

/// <summary>The secret with the CA bundles of every trust domain.</summary>
/// <param name="Domains">Trust domains, sorted by name.</param>
public sealed record TrustBundlePlan(FactList<TrustDomainBundle> Domains) : SubPlan
{
    /// <inheritdoc/>
    public override string Title => EnvoyNames.TrustBundle;
}
