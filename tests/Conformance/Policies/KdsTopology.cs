using System.Globalization;
using System.Text;
using Mesh.Model.Resources;

namespace Mesh.Conformance.Policies;

/// <summary>
/// What creation on one control plane and synchronization to another do to a resource's name and labels (contract §4.2,
/// §4.3), as far as golden files of matching and merging show it.
/// </summary>
internal static class KdsTopology
{
    internal const string SystemNamespace = "kuma-system";
    private const string Namespace = "ns-k8s";
    private const string SafeDigits = "bcdfghjklmnpqrstvwxz2456789";

    /// <summary>A resource as <paramref name="where"/> creates it: <c>global-uni</c>, <c>global-k8s</c>, <c>zone-uni</c> or <c>zone-k8s</c>.</summary>
    internal static Resource CreatedOn(string where, Resource resource)
    {
        if (resource.Mesh.Length == 0)
        {
            return resource;
        }

        var isZone = where.StartsWith("zone", StringComparison.Ordinal);
        var labels = new Dictionary<string, string>(resource.Labels, StringComparer.Ordinal)
        {
            [ResourceLabels.Origin] = isZone ? "zone" : "global",
        };
        labels.TryAdd(ResourceLabels.DisplayName, resource.Name);
        if (isZone)
        {
            labels[ResourceLabels.Zone] = where;
        }

        if (!IsKubernetes(where))
        {
            return resource with { Labels = labels };
        }

        labels.TryAdd(ResourceLabels.KubernetesNamespace, Namespace);
        labels[ResourceLabels.Mesh] = resource.Mesh;
        return resource with { Labels = labels, Name = $"{resource.Name}.{Namespace}" };
    }

    /// <summary>The same resource after it was synchronized to <paramref name="where"/>.</summary>
    internal static Resource SyncedTo(string where, Resource resource)
    {
        if (resource.Mesh.Length == 0)
        {
            return resource;
        }

        var hash = Hash(
            resource.Mesh,
            resource.DisplayName,
            resource.Label(ResourceLabels.Zone),
            resource.Label(ResourceLabels.KubernetesNamespace));
        var name = $"{resource.DisplayName}-{hash}";
        return resource with { Name = IsKubernetes(where) ? $"{name}.{SystemNamespace}" : name };
    }

    /// <summary>Namespace in which a resource created on, and perhaps synchronized along, <paramref name="topology"/> is stored.</summary>
    internal static string? NamespaceOf(string topology)
    {
        var parts = topology.Split("-2-");
        return !IsKubernetes(parts[^1]) ? null : parts.Length == 1 ? Namespace : SystemNamespace;
    }

    private static bool IsKubernetes(string where) => where.EndsWith("k8s", StringComparison.Ordinal);

    private static string Hash(params string[] parts)
    {
        var hash = 0xcbf29ce484222325UL;
        foreach (var part in parts)
        {
            foreach (var octet in Encoding.UTF8.GetBytes(part))
            {
                hash = unchecked((hash ^ octet) * 0x100000001b3UL);
            }
        }

        return string.Concat(hash.ToString("x16", CultureInfo.InvariantCulture).Select(digit => SafeDigits[digit % SafeDigits.Length]));
    }
}
