using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Testing;

/// <summary>Compares JSON by structure: the order of properties does not count, that of lists does, and 1 is 1.0.</summary>
public static class JsonDifference
{
    /// <summary>Path and both values of every difference, expected first; at most <paramref name="limit"/>.</summary>
    public static IReadOnlyList<string> Find(JsonNode? expected, JsonNode? actual, int limit = 5)
    {
        var differences = new List<string>();
        Compare("$", expected, actual, differences, limit);
        return differences;
    }

    private static void Compare(string path, JsonNode? expected, JsonNode? actual, List<string> differences, int limit)
    {
        if (differences.Count >= limit)
        {
            return;
        }

        switch (expected, actual)
        {
            case (JsonObject left, JsonObject right):
                foreach (var key in left.Select(pair => pair.Key).Union(right.Select(pair => pair.Key)).Order(StringComparer.Ordinal))
                {
                    var inLeft = left.TryGetPropertyValue(key, out var a);
                    var inRight = right.TryGetPropertyValue(key, out var b);
                    if (inLeft && inRight)
                    {
                        Compare($"{path}.{key}", a, b, differences, limit);
                    }
                    else
                    {
                        differences.Add(inLeft ? $"{path}.{key}: missing, expected {Text(a)}" : $"{path}.{key}: unexpected {Text(b)}");
                    }
                }

                break;
            case (JsonArray left, JsonArray right):
                if (left.Count != right.Count)
                {
                    differences.Add(string.Create(CultureInfo.InvariantCulture, $"{path}: {left.Count} items expected, {right.Count} found: {Text(right)}"));
                    break;
                }

                for (var i = 0; i < left.Count; i++)
                {
                    Compare(string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), left[i], right[i], differences, limit);
                }

                break;
            default:
                if (!SameValue(expected, actual))
                {
                    differences.Add($"{path}: {Text(expected)} expected, {Text(actual)} found");
                }

                break;
        }
    }

    private static bool SameValue(JsonNode? expected, JsonNode? actual)
    {
        if (expected is null || actual is null)
        {
            return expected is null && actual is null;
        }

        if (expected.GetValueKind() == JsonValueKind.Number && actual.GetValueKind() == JsonValueKind.Number)
        {
            return decimal.TryParse(expected.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var left)
                && decimal.TryParse(actual.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var right)
                && left == right;
        }

        return JsonNode.DeepEquals(expected, actual);
    }

    private static string Text(JsonNode? node)
    {
        var text = node?.ToJsonString() ?? "null";
        return text.Length <= 300 ? text : text[..300] + "...";
    }
}
