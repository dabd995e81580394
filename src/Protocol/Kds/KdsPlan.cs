using Mesh.Engine.Feeds;

namespace Mesh.Protocol.Kds;

/// <summary>What the next response of one type says. Reused: one per thread, cleared before and after each use.</summary>
internal sealed class KdsPlan
{
    [ThreadStatic]
    private static KdsPlan? _ofThread;

    private readonly List<byte[]> _gone = [];
    private long _goneBytes;

    public static KdsPlan OfThread => _ofThread ??= new KdsPlan();

    /// <summary>What changed in the feed.</summary>
    public FeedBatch Changes { get; } = new();

    /// <summary>Names that the peer held when it connected and that are gone.</summary>
    public IReadOnlyList<byte[]> Gone => _gone;

    /// <summary>Whether the first set goes on in the next response.</summary>
    public bool MoreFollows { get; set; }

    public long Bytes => Changes.Bytes + _goneBytes;

    public bool IsEmpty => Changes.IsEmpty && _gone.Count == 0;

    public void AddGone(byte[] name, int bytes)
    {
        _gone.Add(name);
        _goneBytes += bytes;
    }

    public void Clear()
    {
        Changes.Clear();
        _gone.Clear();
        _goneBytes = 0;
        MoreFollows = false;
    }
}
