using Mesh.Model.Labels;
using Mesh.Model.Resources;

namespace Mesh.Policies.Matching;

/// <summary>How selectors compare labels (contract §2.1).</summary>
public static class LabelMatch
{
    /// <summary>
    /// True when <paramref name="resource"/> carries every label of <paramref name="selector"/>. The key
    /// <c>kuma.io/display-name</c> is compared with the display name, whether it is a label or not.
    /// </summary>
    public static bool Matches(Resource resource, IReadOnlyDictionary<string, string> selector)
    {
        // As a user's selector is read: walked without allocating.
        if (selector is LabelSet read)
        {
            foreach (var (key, value) in read.AsSpan())
            {
                if (!Matches(resource, key, value))
                {
                    return false;
                }
            }

            return true;
        }

        foreach (var (key, value) in selector)
        {
            if (!Matches(resource, key, value))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True when <paramref name="resource"/> carries this label.</summary>
    public static bool Matches(Resource resource, string key, string value) =>
        key == ResourceLabels.DisplayName
            ? resource.DisplayName == value
            : resource.Labels.TryGetValue(key, out var actual) && actual == value;

    /// <summary>
    /// Labels as a resource of a namespace means them: a selector by display name without a namespace means the namespace of
    /// the resource that says it (contract §2.1).
    /// </summary>
    public static IReadOnlyDictionary<string, string> InNamespaceOf(Resource origin, IReadOnlyDictionary<string, string> labels)
    {
        var ns = origin.Label(ResourceLabels.KubernetesNamespace);
        if (ns.Length == 0 || !labels.ContainsKey(ResourceLabels.DisplayName) || labels.ContainsKey(ResourceLabels.KubernetesNamespace))
        {
            return labels;
        }

        return new Dictionary<string, string>(labels, StringComparer.Ordinal) { [ResourceLabels.KubernetesNamespace] = ns };
    }
}
