namespace Mesh.Engine.Persistence;

/// <summary>Keeps the manifests of proxies beyond the end of the process. Finding is safe for concurrent use; writing is one thread's.</summary>
public interface IManifestArchive : IAsyncDisposable
{
    /// <summary>What a proxy was last given, by this process or one before it; null: nothing is known.</summary>
    SnapshotManifest? Find(string proxyId);

    /// <summary>Keeps newer manifests of some proxies; durable on return.</summary>
    /// <param name="manifests">What they were given, other than before.</param>
    /// <param name="isGiven">Whether a proxy is given something now: then its manifest counts, however long ago it was written.</param>
    /// <exception cref="IOException">They could not be written: after a crash the older ones are found. Try again later.</exception>
    void Write(IReadOnlyList<KeyValuePair<string, SnapshotManifest>> manifests, Func<string, bool> isGiven);
}
