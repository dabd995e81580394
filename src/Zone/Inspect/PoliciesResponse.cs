using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Mesh.Zone.Inspect;

/// <summary>Answer to the <c>_policies</c> of a proxy, an outbound or a route.</summary>
/// <param name="Policies">Kinds in the order in which they take effect.</param>
public sealed record PoliciesResponse(IReadOnlyList<PolicyConfEntry> Policies);

/// <summary>What one kind says.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Conf">The configuration: an object for a proxy, a list of one for outbounds and routes.</param>
/// <param name="Origins">The policies it is merged from, weakest first, each once.</param>
public sealed record PolicyConfEntry(string Kind, JsonNode Conf, IReadOnlyList<KriEntry> Origins);

/// <summary>Names a policy.</summary>
/// <param name="Kri">Its KRI.</param>
public sealed record KriEntry(string Kri);

/// <summary>Answer to the <c>_policies</c> of an inbound.</summary>
/// <param name="Policies">Kinds in the order in which they take effect.</param>
public sealed record InboundPoliciesResponse(IReadOnlyList<InboundPolicyEntry> Policies);

/// <summary>What one kind says about an inbound.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Rules">Its rules.</param>
/// <param name="Origins">The policies they come from, in order of the rules, each once.</param>
public sealed record InboundPolicyEntry(string Kind, IReadOnlyList<PolicyRuleEntry> Rules, IReadOnlyList<KriEntry> Origins);

/// <summary>One rule.</summary>
/// <param name="Kri">The policy it comes from.</param>
/// <param name="Conf">The configuration.</param>
public sealed record PolicyRuleEntry(string Kri, JsonNode Conf);

/// <summary>Answer to <c>_routes</c>.</summary>
/// <param name="Routes">Kinds of routes in the order in which they take effect.</param>
public sealed record RoutesResponse(IReadOnlyList<RouteEntry> Routes);

/// <summary>Routes of one kind.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Origins">The route resources, weakest first, each once.</param>
/// <param name="Rules">The routes, in order.</param>
public sealed record RouteEntry(string Kind, IReadOnlyList<KriEntry> Origins, IReadOnlyList<RouteRuleEntry> Rules);

/// <summary>One route.</summary>
/// <param name="Kri">The route resource; empty for a kind without matches.</param>
/// <param name="Matches">What it matches; null for a kind without matches.</param>
/// <param name="Conf">What happens.</param>
public sealed record RouteRuleEntry(
    string Kri, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] JsonNode? Matches, JsonNode Conf);
