using System.Text.Json.Nodes;
using Mesh.Model.Naming;
using Mesh.Model.Resources;
using Mesh.Policies.Matching;
using Mesh.Policies.Merging;
using Mesh.Policies.Routing;

namespace Mesh.Zone.Inspect;

/// <summary>Answers questions about one proxy: what policies say about it, its inbounds, outbounds and routes.</summary>
public sealed class ProxyInspector
{
    private readonly Resource _dataplane;
    private readonly MatchedPolicies _matched;
    private readonly MeshInspector _mesh;
    private readonly string[] _routeKinds;

    internal ProxyInspector(Resource dataplane, MatchedPolicies matched, MeshInspector mesh)
    {
        _dataplane = dataplane;
        _matched = matched;
        _mesh = mesh;
        _routeKinds = [.. mesh.Catalog.InOrder.Where(policy => policy is IOutboundRouter).Select(policy => policy.Kind)];
    }

    /// <summary>What it listens on and calls.</summary>
    public LayoutResponse Layout() => ProxyLayout.Of(_dataplane, _mesh);

    /// <summary>The policies that select it, weakest first.</summary>
    public MatchedPoliciesResponse Matched()
    {
        var byKind = new SortedDictionary<string, IReadOnlyList<MatchedPolicyEntry>>(StringComparer.Ordinal);
        foreach (var kind in _matched.Kinds)
        {
            byKind.Add(kind.Kind, [.. _matched.For(kind.Kind).Select(policy => new MatchedPolicyEntry(
                policy.Kind, policy.Mesh, policy.Name, policy.CreationTime, policy.ModificationTime, policy.Labels, policy.GetKri().ToString()))]);
        }

        return new MatchedPoliciesResponse("SidecarDataplane", 1, [new MatchedPoliciesEntry("dataplane", byKind)]);
    }

    /// <summary>What kinds with one configuration per proxy say.</summary>
    public PoliciesResponse Policies() => new(
    [
        .. from kind in _matched.Kinds
           let conf = _matched.Proxy(kind.Kind)
           where conf is not null
           select new PolicyConfEntry(kind.Kind, ConfOf(conf), OriginsOf(conf.Origins)),
    ]);

    /// <summary>What is said about an inbound or listener; null when the proxy has none of this section.</summary>
    public InboundPoliciesResponse? InboundPolicies(Kri inbound)
    {
        var section = ProxySection.Of(_dataplane).FirstOrDefault(candidate => candidate.IsNamed(inbound.Section));
        if (section is null)
        {
            return null;
        }

        return new InboundPoliciesResponse(
        [
            .. from kind in _matched.Kinds
               let rules = _matched.Inbound(kind.Kind, section.Key).Rules
               where rules.Count > 0
               select new InboundPolicyEntry(
                   kind.Kind,
                   [.. rules.Select(rule => new PolicyRuleEntry(rule.Origin.Policy.ToString(), ConfOf(rule.Conf)))],
                   OriginsOf(rules.Select(rule => rule.Origin))),
        ]);
    }

    /// <summary>What is said about an outbound.</summary>
    public PoliciesResponse OutboundPolicies(Kri outbound) => ByChain(_ => true, Chain(outbound));

    /// <summary>What is said about a route of an outbound.</summary>
    public PoliciesResponse RoutePolicies(Kri outbound, Kri route) =>
        ByChain(kind => !_routeKinds.Contains(kind), [route, route.WithSection(""), .. Chain(outbound)]);

    /// <summary>The routes of an outbound.</summary>
    public RoutesResponse OutboundRoutes(Kri outbound)
    {
        var routes = new List<RouteEntry>();
        foreach (var kind in _routeKinds)
        {
            if (_matched.To(kind).FindRule(Chain(outbound)) is { } rule)
            {
                routes.Add(new RouteEntry(kind, OriginsOf(rule.Conf.Origins), [.. RouteRules(rule)]));
            }
        }

        return new RoutesResponse(routes);
    }

    /// <summary>Everything that is said, by kind.</summary>
    public RulesResponse Rules()
    {
        var matches = new SortedDictionary<string, JsonNode>(StringComparer.Ordinal);
        var kinds = new List<KindRules>();
        foreach (var kind in _matched.Kinds.Select(descriptor => descriptor.Kind))
        {
            var to = _matched.To(kind).All
                .OrderBy(rule => rule.Resource.Name, StringComparer.Ordinal)
                .ThenBy(rule => rule.Target.ToString(), StringComparer.Ordinal).ToArray();
            var rules = new KindRules
            {
                Type = kind,
                ProxyRule = _matched.Proxy(kind) is { } conf
                    ? new ProxyRuleEntry(ConfOf(conf), [.. conf.Origins.Select(origin => ResourceMeta.Of(origin.Resource))])
                    : null,
                ToResourceRules = [.. to.Select(ResourceRuleOf)],
                InboundRules = [.. InboundRules(kind)],
            };
            if (rules.ProxyRule is not null || rules.ToResourceRules.Count > 0 || rules.InboundRules.Count > 0)
            {
                kinds.Add(rules);
            }

            foreach (var rule in to)
            {
                AddMatches(rule, matches);
            }
        }

        return new RulesResponse(
            ResourceMeta.Of(_dataplane), kinds, [.. matches.Select(pair => new HttpMatchEntry(pair.Key, pair.Value))]);
    }

    private static JsonNode ConfOf(MergedConf conf) => JsonNode.Parse(conf.Json)!;

    private static KriEntry[] OriginsOf(IEnumerable<ConfOrigin> origins) =>
        [.. origins.Select(origin => origin.Policy).Distinct().Select(kri => new KriEntry(kri.ToString()))];

    private static RuleOrigin OriginOf(ConfOrigin origin) => new(ResourceMeta.Of(origin.Resource), origin.RuleIndex);

    private static ResourceRuleEntry ResourceRuleOf(ResourceRule rule) => new(
        ResourceMeta.Of(rule.Resource), rule.Target.Section, [ConfOf(rule.Conf)], [.. rule.Conf.Origins.Select(OriginOf)]);

    /// <summary>Rules of routes with the resource each comes from; a kind without matches has one rule and names none.</summary>
    private static IEnumerable<RouteRuleEntry> RouteRules(ResourceRule rule)
    {
        var conf = ConfOf(rule.Conf);
        if (conf["rules"] is not JsonArray rules)
        {
            yield return new RouteRuleEntry("", null, conf);
            yield break;
        }

        foreach (var item in rules)
        {
            var matches = item!["matches"] as JsonArray;
            var origin = matches is not null && rule.OriginByMatches.TryGetValue(MatchesHash.Of(matches), out var known) ? known : default;
            yield return new RouteRuleEntry(
                origin.Policy.ToString(), matches?.DeepClone(), item["default"]?.DeepClone() ?? new JsonObject());
        }
    }

    private static void AddMatches(ResourceRule rule, SortedDictionary<string, JsonNode> matches)
    {
        if (rule.OriginByMatches.Count == 0 || ConfOf(rule.Conf)["rules"] is not JsonArray rules)
        {
            return;
        }

        foreach (var item in rules)
        {
            if (item?["matches"] is JsonArray list)
            {
                matches[MatchesHash.Of(list)] = list.DeepClone();
            }
        }
    }

    private Kri[] Chain(Kri outbound)
    {
        var mesh = _mesh.Mesh?.GetKri() ?? default;
        return [outbound, outbound.WithSection(""), mesh];
    }

    private PoliciesResponse ByChain(Func<string, bool> isMeant, Kri[] chain) => new(
    [
        .. from kind in _matched.Kinds
           where isMeant(kind.Kind)
           let conf = _matched.To(kind.Kind).Find(chain)
           where conf is not null
           select new PolicyConfEntry(kind.Kind, new JsonArray(ConfOf(conf)), OriginsOf(conf.Origins)),
    ]);

    private IEnumerable<InboundRulesEntry> InboundRules(string kind) =>
        from section in ProxySection.Of(_dataplane).OrderBy(section => section.Port)
        let rules = _matched.Inbound(kind, section.Key).Rules
        where rules.Count > 0
        select new InboundRulesEntry(
            new InboundEntry(section.IsListener || section.Name.Length == 0 ? null : section.Name, section.Port),
            [.. rules.Select(rule => new InboundRuleEntry(rule.Match, [ConfOf(rule.Conf)], [OriginOf(rule.Origin)]))]);
}
