using Mesh.Engine.Content;

namespace Mesh.Engine.Feeds;

/// <summary>
/// The cursor of one stream in a <see cref="ResourceFeed"/>. It costs two numbers per type, and, only while a first set is
/// on its way, one bit per resource for what the peer holds already. For one thread at a time.
/// A position is a number that <see cref="Read"/> gives and takes; 0 is before everything.
/// </summary>
public sealed class FeedReader : IDisposable
{
    /// <summary>Changes looked at before others get the feed's lock.</summary>
    private const int Stride = 4096;

    private readonly ResourceFeed _feed;
    private readonly Lock _lock;
    private readonly FeedCursor?[] _cursors = new FeedCursor?[TypeTable.Capacity];
    private volatile bool _lapsed;

    internal FeedReader(ResourceFeed feed, Lock feedLock, string audience, int audienceId, IFeedListener listener)
    {
        _feed = feed;
        _lock = feedLock;
        Audience = audience;
        AudienceId = audienceId;
        Listener = listener;
    }

    /// <summary>Who reads.</summary>
    public string Audience { get; }

    /// <summary>Whether the feed was loaded; before it nothing can be read.</summary>
    public bool IsReady => _feed.IsComplete;

    /// <summary>
    /// Whether it slept so long that removals it needed are forgotten. It cannot go on: open a new one and compare with what
    /// the peer holds.
    /// </summary>
    public bool HasLapsed => _lapsed;

    internal int AudienceId { get; }

    internal IFeedListener Listener { get; }

    /// <summary>
    /// Begins a type: from position 0 everything is read that this audience sees. Tell with <see cref="Holds"/> before the
    /// first <see cref="Read"/> what the peer has.
    /// </summary>
    /// <exception cref="InvalidOperationException">The feed is not loaded yet.</exception>
    public void Subscribe(ResourceType type)
    {
        if (!IsReady)
        {
            throw new InvalidOperationException("a feed that is not complete cannot be read");
        }

        lock (_lock)
        {
            var log = _feed.LogOfLocked(type);
            Volatile.Write(ref _cursors[type.Id], new FeedCursor(log.Head, log.EntryLimit));
        }
    }

    /// <summary>Ends a type.</summary>
    public void Unsubscribe(ResourceType type)
    {
        lock (_lock)
        {
            _cursors[type.Id]?.Drop();
            _cursors[type.Id] = null;
            _feed.ForgetLocked(type, _feed.LogOfLocked(type));
        }
    }

    /// <summary>The peer says that it has a version of a name. What it has already is not read, unless it changes.</summary>
    /// <returns>False when there is no such resource for this audience: nothing else will say so, tell the peer.</returns>
    public bool Holds(ResourceType type, ReadOnlySpan<byte> name, VersionId version)
    {
        lock (_lock)
        {
            var entry = VisibleLocked(type, name, out var log);
            if (entry == 0)
            {
                return false;
            }

            if (_feed.Engine.Version(log[entry].Resource) == version)
            {
                CursorOrThrow(type).Hold(entry);
            }

            return true;
        }
    }

    /// <summary>Whether there is a resource of a name for this audience now.</summary>
    public bool Sees(ResourceType type, ReadOnlySpan<byte> name)
    {
        lock (_lock)
        {
            return VisibleLocked(type, name, out _) != 0;
        }
    }

    /// <summary>Whether anything of a type changed after a position; it need not be visible to this audience. Takes no lock.</summary>
    public bool IsBehind(ResourceType type, long position) => _feed.HeadOf(type) > position;

    /// <summary>
    /// Reads what changed after a position, in the order of the last changes: of each name the newest state only, or that it
    /// is gone.
    /// </summary>
    /// <param name="type">A type subscribed to.</param>
    /// <param name="after">Position to read from.</param>
    /// <param name="upTo">Position to read to; what changed again since then is behind it. <see cref="long.MaxValue"/>: to the newest.</param>
    /// <param name="budget">Bytes to read at most; one resource is read whatever its size.</param>
    /// <param name="batch">Receives what was found; it is cleared first.</param>
    /// <returns>The position read to.</returns>
    public long Read(ResourceType type, long after, long upTo, long budget, FeedBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        batch.Clear();
        batch.Begin(_feed.Engine);
        while (true)
        {
            lock (_lock)
            {
                if (TryReadLocked(type, ref after, upTo, budget, batch))
                {
                    return after;
                }
            }
        }
    }

    /// <summary>Nothing up to a position will be read again: what was kept for this reader can go.</summary>
    public void Pass(ResourceType type, long position)
    {
        lock (_lock)
        {
            var cursor = CursorOrThrow(type);
            var log = _feed.LogOfLocked(type);
            var neededOldest = cursor.Known < log.OldestTombstone;
            cursor.Pass(position);
            if (neededOldest && cursor.Known >= log.OldestTombstone)
            {
                _feed.ForgetLocked(type, log);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            for (var i = 0; i < _cursors.Length; i++)
            {
                _cursors[i]?.Drop();
                _cursors[i] = null;
            }

            _feed.CloseLocked(this);
        }
    }

    internal FeedCursor? CursorLocked(ResourceType type) => _cursors[type.Id];

    internal bool Wants(ResourceType type) => Volatile.Read(ref _cursors[type.Id]) is not null;

    internal void LapseLocked() => _lapsed = true;

    private FeedCursor CursorOrThrow(ResourceType type) =>
        _cursors[type.Id] ?? throw new InvalidOperationException("the reader did not subscribe to this type");

    private int VisibleLocked(ResourceType type, ReadOnlySpan<byte> name, out FeedLog log)
    {
        log = _feed.LogOfLocked(type);

        // An entry holds a reference to its name's symbol and goes only under the lock: a symbol that has one is this name's.
        var entry = _feed.Engine.Symbols.TryFind(name, out var symbol) ? log.Find(symbol) : 0;
        return entry != 0 && log[entry].IsVisibleTo(AudienceId) ? entry : 0;
    }

    /// <summary>True when reading is over; false when the lock was held long enough.</summary>
    private bool TryReadLocked(ResourceType type, ref long after, long upTo, long budget, FeedBatch batch)
    {
        var cursor = CursorOrThrow(type);
        var log = _feed.LogOfLocked(type);
        after = Math.Max(after, cursor.Floor);
        var first = log.SlotAfter(after);
        var end = Math.Min(log.SlotCount, first + Stride);
        for (var slot = first; slot < end; slot++)
        {
            var sequence = log.Change(slot, out var entry);
            if (sequence > upTo)
            {
                return true;
            }

            if (entry != 0 && !TryTake(log[entry], entry, cursor, budget, batch))
            {
                return true;
            }

            after = sequence;
        }

        if (end < log.SlotCount)
        {
            return false;
        }

        after = Math.Max(after, Math.Min(upTo, log.Head));
        if (after == log.Head)
        {
            cursor.ReadThrough(after);
        }

        return true;
    }

    private bool TryTake(in FeedEntry entry, int number, FeedCursor cursor, long budget, FeedBatch batch)
    {
        if (entry.IsVisibleTo(AudienceId))
        {
            return cursor.Holds(number, entry.Sequence) || batch.TryAdd(entry.Resource, budget);
        }

        return !entry.IsGoneFor(AudienceId, cursor) || batch.TryAdd(entry.Name, budget);
    }
}
