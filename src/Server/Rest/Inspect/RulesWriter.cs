using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Model.Resources;
using Mesh.Model.Text;
using Mesh.Policies.Matching;
using Mesh.Policies.Merging;

namespace Mesh.Server.Rest.Inspect;

/// <summary><c>_rules</c>: everything that policies say about one proxy, by kind of policy.</summary>
internal static class RulesWriter
{
    public static void Write(Utf8JsonWriter json, Resource dataplane, MatchedPolicies matched)
    {
        json.WriteStartObject();
        WriteHttpMatches(json, matched);
        json.WritePropertyName("resource");
        InspectJson.WriteMeta(json, dataplane);
        json.WriteStartArray("rules");
        foreach (var kind in matched.Kinds)
        {
            WriteKind(json, dataplane, matched, kind);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteKind(Utf8JsonWriter json, Resource dataplane, MatchedPolicies matched, ResourceDescriptor kind)
    {
        var inbounds = ProxySection.Of(dataplane)
            .Select(s => (Section: s, matched.Inbound(kind.Kind, s.Key).Rules))
            .Where(i => i.Rules.Count > 0)
            .ToList();
        var destinations = matched.To(kind.Kind).All;
        var proxy = kind.Policy!.IsSingleItem ? matched.Proxy(kind.Kind) : null;
        if (inbounds.Count == 0 && destinations.Count == 0 && proxy is null)
        {
            return;
        }

        json.WriteStartObject();
        json.WriteStartArray("inboundRules");
        foreach (var (section, rules) in inbounds)
        {
            WriteInbound(json, section, rules);
        }

        json.WriteEndArray();
        if (proxy is not null)
        {
            WriteProxy(json, proxy);
        }

        json.WriteStartArray("toResourceRules");
        foreach (var rule in destinations)
        {
            WriteDestination(json, rule);
        }

        json.WriteEndArray();
        json.WriteString("type", kind.Kind);
        json.WriteStartArray("warnings");
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteInbound(Utf8JsonWriter json, ProxySection section, IReadOnlyList<InboundRule> rules)
    {
        json.WriteStartObject();
        json.WriteStartObject("inbound");
        if (section.Name.Length > 0 && !section.IsListener)
        {
            json.WriteString("name", section.Name);
        }

        json.WriteNumber("port", section.Port);
        json.WriteNull("tags");
        json.WriteEndObject();
        json.WriteStartArray("rules");
        foreach (var rule in rules)
        {
            json.WriteStartObject();
            InspectJson.WriteConfList(json, rule.Conf);
            if (rule.Match is { } match)
            {
                json.WritePropertyName("match");
                JsonSerializer.Serialize(json, match, ModelJson.Options);
            }

            InspectJson.WriteOriginEntries(json, [rule.Origin]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteProxy(Utf8JsonWriter json, MergedConf conf)
    {
        json.WriteStartObject("proxyRule");
        json.WritePropertyName("conf");
        json.WriteRawValue(conf.Json);
        json.WriteStartArray("origin");
        foreach (var origin in conf.Origins)
        {
            InspectJson.WriteMeta(json, origin.Resource);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteDestination(Utf8JsonWriter json, ResourceRule rule)
    {
        json.WriteStartObject();
        InspectJson.WriteConfList(json, rule.Conf);
        InspectJson.WriteOriginEntries(json, rule.Conf.Origins);
        json.WritePropertyName("resourceMeta");
        InspectJson.WriteMeta(json, rule.Resource);
        json.WriteString("resourceSectionName", rule.Target.Section);
        json.WriteEndObject();
    }

    /// <summary>Matches of all routes, each once, by the hash under which routes are named.</summary>
    private static void WriteHttpMatches(Utf8JsonWriter json, MatchedPolicies matched)
    {
        var found = new SortedDictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var rule in matched.Kinds.SelectMany(k => matched.To(k.Kind).All).Where(r => r.OriginByMatches.Count > 0))
        {
            foreach (var route in RouteRules.Of(rule))
            {
                found.TryAdd(route.Hash, route.Matches);
            }
        }

        json.WriteStartArray("httpMatches");
        foreach (var (hash, matches) in found)
        {
            json.WriteStartObject();
            json.WriteString("hash", hash);
            json.WritePropertyName("match");
            JsonSerializer.Serialize(json, matches, ModelJson.Options);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
