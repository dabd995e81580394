using Mesh.Model.Naming;
using Mesh.Policies.Drafts;

namespace Mesh.Policies.Routing;

/// <summary>One route of an HTTP outbound: which rule and match of the merged configuration it is, and where it leads. Value equality.</summary>
/// <param name="Name">Name of the route.</param>
/// <param name="Route">The route resource with the rule as section; null for the route to the destination itself.</param>
/// <param name="Rule">Index of the rule in the merged configuration; -1 for the route to the destination itself.</param>
/// <param name="Match">Index of the match in the rule.</param>
/// <param name="Backends">Where it leads.</param>
/// <param name="UnresolvedWeight">Share of references that mean nothing: answered with 500.</param>
/// <param name="Mirrors">Cluster of each mirror filter of the rule, in order; null where its reference means nothing.</param>
public sealed record RoutePlan(
    string Name, Kri? Route, int Rule, int Match, FactList<RouteBackend> Backends, uint UnresolvedWeight, FactList<Kri?> Mirrors);
