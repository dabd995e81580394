using Mesh.Engine.Persistence;
using Mesh.Protocol.Ads;

namespace Mesh.Server.Ads.Streams;

/// <summary>A stream that serves a proxy.</summary>
public sealed class ProxyStream
{
    private readonly AdsSession _session;
    private readonly Lock _lock;

    internal ProxyStream(long id, StreamKind kind, AdsSession session, Lock sessionLock, IStreamIdentity identity, DateTimeOffset since)
    {
        Id = id;
        Kind = kind;
        Identity = identity;
        ConnectedSince = since;
        _session = session;
        _lock = sessionLock;
    }

    /// <summary>Number of the stream in this process.</summary>
    public long Id { get; }

    /// <summary>Which method it called.</summary>
    public StreamKind Kind { get; }

    /// <summary>Who opened it.</summary>
    public IStreamIdentity Identity { get; }

    /// <summary>When it was opened.</summary>
    public DateTimeOffset ConnectedSince { get; }

    /// <summary>The client's node as it is now.</summary>
    public ClientNode Node => _session.Node!;

    /// <summary>Whether the client has exactly what it was given before: <see cref="AdsSession.HoldsWhatItWasGiven"/>.</summary>
    public bool HoldsWhatItWasGiven(SnapshotManifest manifest)
    {
        lock (_lock)
        {
            return _session.HoldsWhatItWasGiven(manifest);
        }
    }

    /// <summary>State of each type now.</summary>
    public IReadOnlyList<ChannelStatus> Status()
    {
        lock (_lock)
        {
            return _session.Status();
        }
    }
}
