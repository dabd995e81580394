using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Mesh.Model.Policies;

namespace Mesh.Zone.Inspect;

/// <summary>Answer to <c>_rules</c>: everything that policies say about a proxy, by kind.</summary>
/// <param name="Resource">The proxy.</param>
/// <param name="Rules">Kinds in the order in which they take effect.</param>
/// <param name="HttpMatches">Lists of matches of routes, by the hash that names them.</param>
public sealed record RulesResponse(ResourceMeta Resource, IReadOnlyList<KindRules> Rules, IReadOnlyList<HttpMatchEntry> HttpMatches);

/// <summary>What one kind of policy says.</summary>
public sealed record KindRules
{
    /// <summary>The kind.</summary>
    public required string Type { get; init; }

    /// <summary>For the proxy as a whole; null for kinds with rules or destinations.</summary>
    public ProxyRuleEntry? ProxyRule { get; init; }

    /// <summary>For destinations.</summary>
    public IReadOnlyList<ResourceRuleEntry> ToResourceRules { get; init; } = [];

    /// <summary>For inbounds.</summary>
    public IReadOnlyList<InboundRulesEntry> InboundRules { get; init; } = [];

    /// <summary>Why it may be without effect.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>The one configuration of a proxy.</summary>
/// <param name="Conf">The configuration.</param>
/// <param name="Origin">The policies it is merged from, weakest first.</param>
public sealed record ProxyRuleEntry(JsonNode Conf, IReadOnlyList<ResourceMeta> Origin);

/// <summary>What is said about one destination or one section of it.</summary>
/// <param name="ResourceMeta">The destination.</param>
/// <param name="ResourceSectionName">The section; empty for the whole.</param>
/// <param name="Conf">The configuration: one item.</param>
/// <param name="Origin">The entries it is merged from, weakest first.</param>
public sealed record ResourceRuleEntry(
    ResourceMeta ResourceMeta, string ResourceSectionName, IReadOnlyList<JsonNode> Conf, IReadOnlyList<RuleOrigin> Origin);

/// <summary>Rules of one inbound.</summary>
/// <param name="Inbound">The inbound.</param>
/// <param name="Rules">Most specific match first, then weakest first.</param>
public sealed record InboundRulesEntry(InboundEntry Inbound, IReadOnlyList<InboundRuleEntry> Rules);

/// <summary>Names an inbound.</summary>
/// <param name="Name">Its name; null without one.</param>
/// <param name="Port">Its port.</param>
/// <param name="Tags">Always null: inbounds have no tags any more, and clients expect the field.</param>
public sealed record InboundEntry(
    string? Name, uint Port, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] IReadOnlyDictionary<string, string>? Tags = null);

/// <summary>One rule of an inbound.</summary>
/// <param name="Match">Callers it is for; null for all.</param>
/// <param name="Conf">The configuration: one item.</param>
/// <param name="Origin">The entry it comes from.</param>
public sealed record InboundRuleEntry(Match? Match, IReadOnlyList<JsonNode> Conf, IReadOnlyList<RuleOrigin> Origin);

/// <summary>An entry of a policy.</summary>
/// <param name="ResourceMeta">The policy.</param>
/// <param name="RuleIndex">Position of the entry.</param>
public sealed record RuleOrigin(ResourceMeta ResourceMeta, int RuleIndex);

/// <summary>A list of matches of a route.</summary>
/// <param name="Hash">Base64 of the SHA-256 of the matches.</param>
/// <param name="Match">The matches.</param>
public sealed record HttpMatchEntry(string Hash, JsonNode Match);
