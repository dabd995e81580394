using Mesh.Policies.Drafts;
using Mesh.Policies.Merging;

namespace Mesh.Policies.Routing;

/// <summary>
/// A policy that decides where the calls to a destination go. Besides editing drafts it takes part in planning, and
/// builds its own routes.
/// </summary>
public interface IOutboundRouter
{
    /// <summary>Decides for one destination.</summary>
    /// <param name="destination">The destination.</param>
    /// <param name="rule">What policies of this kind say about it; null: what happens when nobody says anything.</param>
    /// <param name="backends">Finds the destinations that the policy names.</param>
    /// <returns>Null: not for this policy to decide.</returns>
    OutboundRouting? Plan(OutboundDestination destination, ResourceRule? rule, IBackendResolver backends);

    /// <summary>Builds the routes of an HTTP outbound that <see cref="Plan"/> decided; empty for connections.</summary>
    IReadOnlyList<RouteDraft> Build(OutboundRouting routing);
}
