using EnvoyApi.Config.Route.V3;
using Mesh.Model.Naming;

namespace Mesh.Policies.Drafts;

/// <summary>One route of an outbound while policies edit it.</summary>
/// <param name="message">The route as it stands in its virtual host.</param>
/// <param name="routeKri">The route resource it comes from, with the rule as section (<c>rule_0</c>); null for the route to the destination itself.</param>
public sealed class RouteDraft(Route message, Kri? routeKri)
{
    /// <summary>Name of the route.</summary>
    public string Name => Message.Name;

    /// <summary>The route resource it comes from, with the rule as section; null for the route to the destination itself.</summary>
    public Kri? RouteKri { get; } = routeKri;

    /// <summary>The route as it stands in its virtual host: edits here are edits there.</summary>
    public Route Message { get; } = message;
}
