using System.Text.Json.Nodes;

namespace Mesh.Policies.Merging;

/// <summary>
/// Lays one configuration over another: RFC 7396, except that lists whose name begins with <c>append</c> are joined
/// instead of replaced (contract §2.4).
/// </summary>
internal static class MergePatch
{
    private const string AppendPrefix = "append";

    /// <summary>Changes <paramref name="target"/>. Nothing of <paramref name="patch"/> ends up inside it: nodes are copied.</summary>
    internal static void Apply(JsonObject target, JsonObject patch)
    {
        foreach (var (key, value) in patch)
        {
            switch (value)
            {
                case null:
                    target.Remove(key);
                    break;
                case JsonObject inner:
                    if (target[key] is not JsonObject existing)
                    {
                        existing = [];
                        target[key] = existing;
                    }

                    Apply(existing, inner);
                    break;
                case JsonArray list when IsAppended(key) && target[key] is JsonArray joined:
                    foreach (var item in list)
                    {
                        joined.Add(item?.DeepClone());
                    }

                    break;
                default:
                    target[key] = value.DeepClone();
                    break;
            }
        }
    }

    private static bool IsAppended(string key) =>
        key.Length > AppendPrefix.Length && key.StartsWith(AppendPrefix, StringComparison.Ordinal)
        && char.IsAsciiLetterUpper(key[AppendPrefix.Length]);
}
