using Mesh.Model.Resources;

namespace Mesh.Zone.Ingest;

/// <summary>What changed in one mesh since the last round: for every touched resource and proxy its newest state.</summary>
public sealed class ChangeBatch
{
    /// <summary>Newest state of each changed resource; null: it was deleted.</summary>
    public Dictionary<ResourceKey, Resource?> Resources { get; } = [];

    /// <summary>Proxies that connected or sent other metadata, by name; null: the last stream of the proxy ended.</summary>
    public Dictionary<string, ProxyMetadata?> Proxies { get; } = new(StringComparer.Ordinal);

    /// <summary>Those of <see cref="Proxies"/> that can wait: they have what they were given before.</summary>
    public HashSet<string> Patient { get; } = new(StringComparer.Ordinal);

    /// <summary>Proxies whose certificate changed, by name.</summary>
    public HashSet<string> Certificates { get; } = new(StringComparer.Ordinal);

    /// <summary>Everything known to all proxies of the mesh changed (a certificate of the control plane, a setting).</summary>
    public bool IsForAll { get; set; }

    /// <summary>Nothing changed.</summary>
    public bool IsEmpty => Resources.Count == 0 && Proxies.Count == 0 && Certificates.Count == 0 && !IsForAll;
}
