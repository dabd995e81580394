using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EnvoyApi.Config.Cluster.V3;
using EnvoyApi.Config.Endpoint.V3;
using EnvoyApi.Config.Listener.V3;
using EnvoyApi.Config.Route.V3;
using Google.Protobuf;
using Mesh.Envoy.Json;
using Mesh.Testing;

namespace Mesh.Conformance.Zone;

/// <summary>Resources by type and name, in a form in which two printers of the same configuration agree.</summary>
internal static partial class EnvoyDump
{
    /// <summary>What Envoy had from its control plane, of a <c>/config_dump?include_eds</c>.</summary>
    internal static SortedDictionary<string, JsonNode> ReadDump(JsonNode dump)
    {
        var found = new SortedDictionary<string, JsonNode>(StringComparer.Ordinal);
        foreach (var config in dump["configs"]!.AsArray())
        {
            Add<Cluster>(found, config!, "dynamic_active_clusters", "Cluster", item => item["cluster"], cluster => cluster.Name);
            Add<Listener>(found, config!, "dynamic_listeners", "Listener", item => item["active_state"]?["listener"], listener => listener.Name);
            Add<RouteConfiguration>(found, config!, "dynamic_route_configs", "Route", item => item["route_config"], routes => routes.Name);
        }

        var discovered = found.Where(pair => pair.Value["type"]?.ToString() == "EDS").Select(pair => pair.Value["name"]!.ToString()).ToHashSet();
        foreach (var config in dump["configs"]!.AsArray())
        {
            Add<ClusterLoadAssignment>(
                found, config!, "dynamic_endpoint_configs", "ClusterLoadAssignment", item => item["endpoint_config"], endpoints => endpoints.ClusterName);
        }

        foreach (var name in found.Keys.Where(key => key.StartsWith("ClusterLoadAssignment/", StringComparison.Ordinal)).ToList())
        {
            if (!discovered.Contains(name["ClusterLoadAssignment/".Length..]))
            {
                found.Remove(name);
            }
        }

        return found;
    }

    /// <summary>The same of <c>{"xds": {TYPE: {NAME: RESOURCE}}}</c>; secrets are not judged.</summary>
    internal static SortedDictionary<string, JsonNode> ReadConfig(JsonNode config)
    {
        var found = new SortedDictionary<string, JsonNode>(StringComparer.Ordinal);
        foreach (var (type, resources) in config["xds"]!.AsObject())
        {
            var kind = type[(type.LastIndexOf('.') + 1)..];
            foreach (var (name, resource) in resources!.AsObject())
            {
                switch (kind)
                {
                    case "Cluster":
                        found[$"{kind}/{name}"] = Normal<Cluster>(resource!);
                        break;
                    case "Listener":
                        found[$"{kind}/{name}"] = Normal<Listener>(resource!);
                        break;
                    case "ClusterLoadAssignment":
                        found[$"{kind}/{name}"] = Normal<ClusterLoadAssignment>(resource!);
                        break;
                    default:
                        break;
                }
            }
        }

        return found;
    }

    /// <summary>Judges each resource; expected first.</summary>
    internal static void Compare(
        string name,
        SortedDictionary<string, JsonNode> expected,
        SortedDictionary<string, JsonNode> actual,
        Func<string, bool> isJudged,
        ConformanceReport report)
    {
        foreach (var key in expected.Keys.Union(actual.Keys).Order(StringComparer.Ordinal).Where(isJudged))
        {
            if (!actual.TryGetValue(key, out var ours))
            {
                report.Fail($"{name}/{key}", "missing");
            }
            else if (!expected.TryGetValue(key, out var theirs))
            {
                report.Fail($"{name}/{key}", "unexpected");
            }
            else if (JsonDifference.Find(theirs, ours, 3) is { Count: > 0 } differences)
            {
                report.Fail($"{name}/{key}", string.Join("; ", differences));
            }
            else
            {
                report.Pass($"{name}/{key}");
            }
        }
    }

    private static void Add<T>(
        SortedDictionary<string, JsonNode> found, JsonNode config, string list, string kind, Func<JsonNode, JsonNode?> pick, Func<T, string> nameOf)
        where T : IMessage, new()
    {
        foreach (var item in config[list]?.AsArray() ?? [])
        {
            if (pick(item!)?.DeepClone() is JsonObject resource)
            {
                resource.Remove("@type");
                found[$"{kind}/{nameOf(EnvoyJson.Parse<T>(resource, ignoreUnknownFields: true))}"] = Normal<T>(resource);
            }
        }
    }

    /// <summary>Through the message, so that only what differs from defaults is left, then without what is masked.</summary>
    private static JsonNode Normal<T>(JsonNode resource)
        where T : IMessage, new()
    {
        var node = EnvoyJson.ToNode(EnvoyJson.Parse<T>(resource, ignoreUnknownFields: true));
        if (typeof(T) == typeof(ClusterLoadAssignment))
        {
            NormalAssignment(node);
        }

        return Mask(node, "")!;
    }

    private static void NormalAssignment(JsonObject assignment)
    {
        // Envoy prints what it fills in itself.
        if (assignment["policy"]?["overprovisioningFactor"]?.GetValue<long>() == 140)
        {
            assignment.Remove("policy");
        }

        foreach (var locality in assignment["endpoints"]?.AsArray() ?? [])
        {
            if (locality!["loadBalancingWeight"]?.GetValue<long>() == 0)
            {
                locality.AsObject().Remove("loadBalancingWeight");
            }

            if (locality["locality"] is JsonObject { Count: 0 })
            {
                locality.AsObject().Remove("locality");
            }

            var endpoints = locality["lbEndpoints"]?.AsArray() ?? [];
            foreach (var endpoint in endpoints)
            {
                (endpoint!["endpoint"] as JsonObject)?.Remove("healthCheckConfig");
                endpoint.AsObject().Remove("healthStatus");
            }

            if (locality["lbEndpoints"] is JsonArray)
            {
                locality["lbEndpoints"] = new JsonArray([.. endpoints
                    .OrderBy(endpoint => endpoint!["endpoint"]!["address"]!.ToJsonString(), StringComparer.Ordinal).Select(endpoint => endpoint!.DeepClone())]);
            }
        }
    }

    private static JsonNode? Mask(JsonNode? node, string key) => node switch
    {
        JsonObject map => new JsonObject(map.Select(pair => KeyValuePair.Create(pair.Key, Mask(pair.Value, pair.Key)))
            .Where(pair => pair.Key != "maxDirectResponseBodySizeBytes")),
        JsonArray list => new JsonArray([.. list.Select(item => Mask(item, key))]),
        JsonValue value when value.TryGetValue<string>(out var text) => JsonValue.Create(MaskText(text, key)),
        _ => node?.DeepClone(),
    };

    private static string MaskText(string text, string key)
    {
        if (key is "inlineBytes")
        {
            return "";
        }

        if (key is "path" && text.EndsWith(".sock", StringComparison.Ordinal))
        {
            return text[(text.LastIndexOf('/') + 1)..];
        }

        return MappedVip().Replace(Vip().Replace(Hash().Replace(text, "HASH"), "VIP"), "VIP6");
    }

    [GeneratedRegex("[0-9a-f]{64}")]
    private static partial Regex Hash();

    [GeneratedRegex(@"\b(24[123]\.\d+|127\.24[123])\.\d+\.\d+\b")]
    private static partial Regex Vip();

    [GeneratedRegex(@"::ffff:(f[123][0-9a-f]{2}|7ff[123]):[0-9a-f]+")]
    private static partial Regex MappedVip();
}
