using System.Collections.Concurrent;
using Mesh.Zone.Ingest;

namespace Mesh.Server.DataPlane;

/// <summary>What proxies that are connected to this process told about themselves. Safe for concurrent use.</summary>
internal sealed class ConnectedProxies
{
    private readonly ConcurrentDictionary<ProxyKey, (long Stream, ProxyMetadata Metadata)> _proxies = new();

    /// <summary>What a proxy told; null: it is not connected.</summary>
    public ProxyMetadata? Find(ProxyKey proxy) => _proxies.TryGetValue(proxy, out var known) ? known.Metadata : null;

    public void Add(ProxyKey proxy, long stream, ProxyMetadata metadata) => _proxies[proxy] = (stream, metadata);

    /// <summary>A stream ended; a later one of the same proxy stays.</summary>
    public void Remove(ProxyKey proxy, long stream)
    {
        if (_proxies.TryGetValue(proxy, out var known) && known.Stream == stream)
        {
            _proxies.TryRemove(new(proxy, known));
        }
    }
}
