using Mesh.Engine.Persistence;
using Mesh.Protocol.Ads;

namespace Mesh.Server.Ads.Streams;

/// <summary>A stream that serves a proxy.</summary>
public sealed class ProxyStream
{
    private readonly AdsStream _stream;
    private readonly AdsSession _session;
    private readonly Lock _lock;
    private readonly TimeProvider _clock;

    internal ProxyStream(AdsStream stream, long id, StreamKind kind, AdsSession session, Lock sessionLock, IStreamIdentity identity, TimeProvider clock)
    {
        Id = id;
        Kind = kind;
        Identity = identity;
        ConnectedSince = clock.GetUtcNow();
        _stream = stream;
        _session = session;
        _lock = sessionLock;
        _clock = clock;
    }

    /// <summary>Number of the stream in this process.</summary>
    public long Id { get; }

    /// <summary>Which method it called.</summary>
    public StreamKind Kind { get; }

    /// <summary>Who opened it.</summary>
    public IStreamIdentity Identity { get; }

    /// <summary>When it was opened.</summary>
    public DateTimeOffset ConnectedSince { get; }

    /// <summary>Whether it came back with exactly what it was given before, by this process or one before it.</summary>
    public bool IsRecognised { get; internal set; }

    /// <summary>Since when its client takes nothing of what is there for it; null: nothing waits for the client.</summary>
    public DateTimeOffset? StalledSince => _stream.WaitsSince is { } since ? _clock.GetUtcNow() - _clock.GetElapsedTime(since) : null;

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

    /// <summary>A time of a <see cref="ChannelStatus"/> by the calendar.</summary>
    /// <param name="milliseconds">The session's clock; 0 is never.</param>
    public DateTimeOffset? TimeOf(long milliseconds) =>
        milliseconds == 0 ? null : _clock.GetUtcNow() - (_clock.GetElapsedTime(0) - TimeSpan.FromMilliseconds(milliseconds));

    /// <summary>State of each type now.</summary>
    public IReadOnlyList<ChannelStatus> Status()
    {
        lock (_lock)
        {
            return _session.Status();
        }
    }
}
