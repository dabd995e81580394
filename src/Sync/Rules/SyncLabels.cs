using Mesh.Model.Labels;
using Mesh.Model.Resources;

namespace Mesh.Sync.Rules;

/// <summary>What labels say about where a resource is from (contract §4.3).</summary>
public static class SyncLabels
{
    /// <summary>Value of <c>kuma.io/origin</c>: written in Global or, in a zone, received from it.</summary>
    public const string GlobalOrigin = "global";

    /// <summary>Value of <c>kuma.io/origin</c>: written in a zone.</summary>
    public const string ZoneOrigin = "zone";

    private const string Disabled = "disabled";

    /// <summary>Whether Global wrote it, or sent it. What bears no label is of the control plane that has it.</summary>
    public static bool IsOfGlobal(Resource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return resource.Label(ResourceLabels.Origin) == GlobalOrigin;
    }

    /// <summary>In Global: the zone that wrote a resource; null: it is Global's own.</summary>
    public static string? AuthorZone(Resource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return resource.Label(ResourceLabels.Origin) == ZoneOrigin && resource.Label(ResourceLabels.Zone) is { Length: > 0 } zone ? zone : null;
    }

    /// <summary>Whether its writer wants it to stay where it is.</summary>
    public static bool StaysAtHome(Resource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return resource.Label(ResourceLabels.KdsSync) == Disabled;
    }

    /// <summary>The resource with some labels replaced.</summary>
    internal static Resource With(this Resource resource, params ReadOnlySpan<(string Key, string Value)> labels)
    {
        var changed = LabelSet.Of(resource.Labels);
        foreach (var (key, value) in labels)
        {
            changed = changed.With(key, value);
        }

        return resource with { Labels = changed };
    }
}
