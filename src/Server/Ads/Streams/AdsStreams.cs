using System.Collections.Concurrent;

namespace Mesh.Server.Ads.Streams;

/// <summary>The discovery streams that are open now, for inspection.</summary>
public sealed class AdsStreams
{
    private readonly ConcurrentDictionary<long, AdsStream> _open = new();
    private long _lastId;
    private int _count;

    /// <summary>Number of open streams, those without a first message included.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>All streams of a node id; several while it reconnects.</summary>
    public IReadOnlyList<ProxyStream> OfNode(string nodeId) => [.. All.Where(s => s.Node.Id == nodeId).OrderBy(s => s.Id)];

    /// <summary>All streams that serve a proxy.</summary>
    public IReadOnlyCollection<ProxyStream> All => [.. _open.Select(s => s.Value.Proxy).OfType<ProxyStream>()];

    /// <summary>All streams, to walk while they come and go.</summary>
    internal IEnumerable<AdsStream> Running => _open.Select(s => s.Value);

    internal bool TryOpen(int limit, out long id)
    {
        id = Interlocked.Increment(ref _lastId);
        if (Interlocked.Increment(ref _count) <= limit)
        {
            return true;
        }

        Interlocked.Decrement(ref _count);
        return false;
    }

    internal void Add(long id, AdsStream stream) => _open[id] = stream;

    internal void Close(long id)
    {
        _open.TryRemove(id, out _);
        Interlocked.Decrement(ref _count);
    }
}
