using Mesh.Model.Resources;

namespace Mesh.Zone.Ingest;

/// <summary>What changed in one mesh since the last round: for every touched resource and proxy its newest state.</summary>
public sealed class ChangeBatch
{
    private const int MaxCauses = 5;

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

    /// <summary>When the first of it came, as the engine's revisions count time; null: nothing came.</summary>
    public long? Since { get; set; }

    /// <summary>The first few things that changed, for people.</summary>
    public IReadOnlyList<string> Causes()
    {
        var causes = new List<string>(Math.Min(MaxCauses + 1, Resources.Count + Proxies.Count + 2));
        causes.AddRange(Resources.Take(MaxCauses).Select(changed => changed.Value is null ? $"{changed.Key} deleted" : changed.Key.ToString()));
        causes.AddRange(Proxies.Where(proxy => proxy.Value is not null).Take(MaxCauses - causes.Count).Select(proxy => $"proxy {proxy.Key} connected"));
        causes.AddRange(Certificates.Take(MaxCauses - causes.Count).Select(name => $"certificate of {name}"));
        if (IsForAll)
        {
            causes.Add("what concerns every proxy");
        }

        var more = Resources.Count + Proxies.Values.Count(metadata => metadata is not null) + Certificates.Count + (IsForAll ? 1 : 0) - causes.Count;
        if (more > 0)
        {
            causes.Add($"{more} more");
        }

        return causes;
    }

    /// <summary>Nothing changed.</summary>
    public bool IsEmpty => Resources.Count == 0 && Proxies.Count == 0 && Certificates.Count == 0 && !IsForAll;
}
