using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Mesh.Conformance.Rest;

/// <summary>Compares answers: what depends on time, chance or background work is taken out first.</summary>
internal static partial class RestComparison
{
    /// <summary>Keys that differ from run to run, for cases whose resources and statuses are given.</summary>
    public static IReadOnlySet<string> OnlyTimes { get; } = new HashSet<string>(StringComparer.Ordinal) { "creationTime", "modificationTime" };

    private static readonly HashSet<string> _volatile = new(StringComparer.Ordinal)
    {
        "creationTime", "modificationTime", "createdAt", "clusterId", "instanceId", "version", "hostname", "lastUpdateTime", "connectTime", "disconnectTime",
        "creationTimestamp", "status", "data",
    };

    private static readonly HashSet<string> _ofServices = new(StringComparer.Ordinal) { "state", "identities" };

    /// <summary>Where two answers differ, or null when they agree.</summary>
    public static string? Difference(JsonNode? expected, JsonNode? actual, IReadOnlySet<string>? masked = null)
    {
        masked ??= _volatile;
        if (IsError(expected) || IsError(actual))
        {
            return ErrorText(expected) == ErrorText(actual) ? null : $"expected {ErrorText(expected)}, got {ErrorText(actual)}";
        }

        var left = Normalize(expected, masked);
        var right = Normalize(actual, masked);
        return JsonNode.DeepEquals(left, right) ? null : FirstDifference("", left, right);
    }

    /// <summary>An answer without its warnings.</summary>
    public static JsonNode? WithoutWarnings(JsonNode? answer)
    {
        var copy = answer?.DeepClone();
        (copy as JsonObject)?.Remove("warnings");
        return copy;
    }

    private static bool IsError(JsonNode? node) => node is JsonObject problem && problem["type"]?.ToString() == "/std-errors";

    private static string ErrorText(JsonNode? node)
    {
        if (!IsError(node))
        {
            return node?.ToJsonString() ?? "nothing";
        }

        var parameters = (node!["invalid_parameters"] as JsonArray ?? []).Select(p => $"[{p?["field"]}: {p?["reason"]}]").Order(StringComparer.Ordinal);
        return $"{node["status"]} {node["title"]} | {node["detail"]} | {string.Join(' ', parameters)}";
    }

    private static JsonNode? Normalize(JsonNode? node, IReadOnlySet<string> masked)
    {
        switch (node)
        {
            case JsonObject source:
                var result = new JsonObject();
                var isService = source["type"]?.ToString() is "MeshService" or "MeshExternalService" or "MeshMultiZoneService";
                foreach (var (key, value) in source)
                {
                    if (!masked.Contains(key))
                    {
                        result[key] = isService && masked == _volatile && key == "spec" && value is JsonObject spec ? Normalize(WithoutServiceState(spec), masked) : Normalize(value, masked);
                    }
                }

                return result;
            case JsonArray list:
                return new JsonArray([.. list.Select(item => Normalize(item, masked))]);
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                var text = value.GetValue<string>();
                return text.StartsWith("eyJ", StringComparison.Ordinal) ? "<token>"
                    : text.StartsWith("-----BEGIN", StringComparison.Ordinal) ? "<pem>"
                    : Address().Replace(text.TrimEnd('\n'), "http://HOST/");
            default:
                return node?.DeepClone();
        }
    }

    private static JsonObject WithoutServiceState(JsonObject spec)
    {
        var copy = (JsonObject)spec.DeepClone();
        foreach (var key in _ofServices)
        {
            copy.Remove(key);
        }

        return copy;
    }

    private static string FirstDifference(string path, JsonNode? left, JsonNode? right)
    {
        if (left is JsonObject a && right is JsonObject b)
        {
            foreach (var key in a.Select(p => p.Key).Union(b.Select(p => p.Key)))
            {
                if (!JsonNode.DeepEquals(a[key], b[key]) || a.ContainsKey(key) != b.ContainsKey(key))
                {
                    return a.ContainsKey(key) && b.ContainsKey(key)
                        ? FirstDifference($"{path}.{key}", a[key], b[key])
                        : $"{path}.{key}: expected {Text(a, key)}, got {Text(b, key)}";
                }
            }
        }

        if (left is JsonArray c && right is JsonArray d && c.Count == d.Count)
        {
            for (var i = 0; i < c.Count; i++)
            {
                if (!JsonNode.DeepEquals(c[i], d[i]))
                {
                    return FirstDifference($"{path}[{i}]", c[i], d[i]);
                }
            }
        }

        return $"{path}: expected {left?.ToJsonString() ?? "null"}, got {right?.ToJsonString() ?? "null"}";
    }

    private static string Text(JsonObject node, string key) => node.ContainsKey(key) ? node[key]?.ToJsonString() ?? "null" : "nothing";

    [GeneratedRegex(@"^https?://[^/]+/(?=[a-z_]+[/?])", RegexOptions.CultureInvariant)]
    private static partial Regex Address();
}
