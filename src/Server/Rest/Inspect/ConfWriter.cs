using System.Text.Json;
using Mesh.Model.Naming;
using Mesh.Model.Resources;
using Mesh.Model.Text;
using Mesh.Policies.Matching;
using Mesh.Policies.Merging;

namespace Mesh.Server.Rest.Inspect;

/// <summary>What policies amount to for a proxy, an inbound, an outbound or a route of it.</summary>
internal static class ConfWriter
{
    /// <summary>Of the whole proxy: kinds with one configuration.</summary>
    public static void WriteProxy(Utf8JsonWriter json, MatchedPolicies matched) => WriteList(json, "policies", () =>
    {
        foreach (var kind in matched.Kinds.Where(k => k.Policy!.IsSingleItem))
        {
            if (matched.Proxy(kind.Kind) is { } conf)
            {
                json.WriteStartObject();
                json.WritePropertyName("conf");
                json.WriteRawValue(conf.Json);
                WriteKindAndOrigins(json, kind, conf.Origins);
                json.WriteEndObject();
            }
        }
    });

    /// <summary>Of an inbound or listener.</summary>
    public static void WriteInbound(Utf8JsonWriter json, MatchedPolicies matched, string inboundKey) => WriteList(json, "policies", () =>
    {
        foreach (var kind in matched.Kinds)
        {
            var rules = matched.Inbound(kind.Kind, inboundKey).Rules;
            if (rules.Count == 0)
            {
                continue;
            }

            json.WriteStartObject();
            WriteKindAndOrigins(json, kind, rules.Select(r => r.Origin));
            json.WriteStartArray("rules");
            foreach (var rule in rules)
            {
                json.WriteStartObject();
                json.WritePropertyName("conf");
                json.WriteRawValue(rule.Conf.Json);
                json.WriteString("kri", rule.Origin.Policy.ToString());
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }
    });

    /// <summary>Of a destination, or of a route to it; routes themselves are not among them.</summary>
    public static void WriteOutbound(Utf8JsonWriter json, MatchedPolicies matched, params ReadOnlySpan<Kri> chain)
    {
        var kris = chain.ToArray();
        WriteList(json, "policies", () =>
        {
            foreach (var kind in matched.Kinds.Where(k => k.Policy is { HasTo: true, IsRoute: false }))
            {
                if (matched.To(kind.Kind).FindRule(kris) is { } rule)
                {
                    json.WriteStartObject();
                    InspectJson.WriteConfList(json, rule.Conf);
                    WriteKindAndOrigins(json, kind, rule.Conf.Origins);
                    json.WriteEndObject();
                }
            }
        });
    }

    /// <summary>Routes to a destination.</summary>
    public static void WriteRoutes(Utf8JsonWriter json, MatchedPolicies matched, params ReadOnlySpan<Kri> chain)
    {
        var kris = chain.ToArray();
        WriteList(json, "routes", () =>
        {
            foreach (var kind in matched.Kinds.Where(k => k.Policy!.IsRoute))
            {
                if (matched.To(kind.Kind).FindRule(kris) is { } rule)
                {
                    WriteRoute(json, kind, rule);
                }
            }
        });
    }

    private static void WriteRoute(Utf8JsonWriter json, ResourceDescriptor kind, ResourceRule rule)
    {
        json.WriteStartObject();
        WriteKindAndOrigins(json, kind, rule.Conf.Origins);
        json.WriteStartArray("rules");
        foreach (var route in RouteRules.Of(rule))
        {
            json.WriteStartObject();
            json.WritePropertyName("conf");
            JsonSerializer.Serialize(json, route.Conf, ModelJson.Options);
            json.WriteString("kri", route.Policy);
            json.WritePropertyName("matches");
            JsonSerializer.Serialize(json, route.Matches, ModelJson.Options);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, string name, Action writeItems)
    {
        json.WriteStartObject();
        json.WriteStartArray(name);
        writeItems();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteKindAndOrigins(Utf8JsonWriter json, ResourceDescriptor kind, IEnumerable<ConfOrigin> origins)
    {
        json.WriteString("kind", kind.Kind);
        InspectJson.WriteOriginKris(json, origins);
    }
}
