namespace Mesh.Server.Ads.Grpc;

/// <summary>
/// What all streams together hold of requests that have not come as a whole. Looking at a part gives its client room to send the rest, so that many who each
/// send most of a large request could take all memory.
/// </summary>
internal sealed class UnfinishedRequests(AdsHostOptions options)
{
    /// <summary>What is smaller is not counted: packets cut requests of any size, and who sends only those is not to be refused for what others do.</summary>
    public const int Uncounted = 16 * 1024;

    private readonly long _max = Math.Max(options.MaxUnfinishedRequests, options.MaxRequestSize);
    private long _bytes;

    /// <summary>Bytes that are held.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Some more are. False: they would be too many.</summary>
    public bool TryAdd(long bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) <= _max)
        {
            return true;
        }

        Remove(bytes);
        return false;
    }

    /// <summary>Some were completed or given up.</summary>
    public void Remove(long bytes) => Interlocked.Add(ref _bytes, -bytes);
}
