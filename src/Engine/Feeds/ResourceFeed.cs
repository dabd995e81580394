using System.Text;
using Mesh.Engine.Content;

namespace Mesh.Engine.Feeds;

/// <summary>
/// Newest state of named resources of several types and the order of their changes: one writer, many readers. See the README
/// of the engine. Memory is that of the resources, a reader costs a few numbers per type; a change costs a wake-up for each
/// reader that sees it and nothing for the others. Safe for concurrent use.
/// </summary>
public sealed class ResourceFeed
{
    private readonly Lock _lock = new();
    private readonly FeedLog?[] _logs = new FeedLog?[TypeTable.Capacity];
    private readonly Dictionary<string, int> _audiences = new(StringComparer.Ordinal);
    private readonly int _maxTombstones;
    private FeedReader[] _readers = [];
    private long _sequence;
    private volatile bool _complete;

    /// <summary>An empty feed that is not complete.</summary>
    /// <param name="engine">Stores the resources; its types are the feed's types.</param>
    /// <param name="maxTombstones">
    /// Removals kept per type for readers that have not passed them, at least. When there are more than these and than
    /// resources, the oldest are forgotten and readers that needed them have lapsed.
    /// </param>
    public ResourceFeed(ResourceEngine engine, int maxTombstones = 16 * 1024)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentOutOfRangeException.ThrowIfNegative(maxTombstones);
        Engine = engine;
        _maxTombstones = maxTombstones;
    }

    /// <summary>Where the resources are stored.</summary>
    public ResourceEngine Engine { get; }

    /// <summary>Whether <see cref="Complete"/> was called.</summary>
    public bool IsComplete => _complete;

    /// <summary>Sizes now, for metrics.</summary>
    public FeedCounts Counts
    {
        get
        {
            lock (_lock)
            {
                var resources = 0;
                var tombstones = 0;
                foreach (var log in _logs)
                {
                    resources += log?.Count ?? 0;
                    tombstones += log?.Tombstones ?? 0;
                }

                return new FeedCounts(resources, tombstones, _readers.Length, _sequence);
            }
        }
    }

    /// <summary>Puts the newest state of a resource. Its version is the hash of its bytes.</summary>
    /// <param name="type">A type of the engine.</param>
    /// <param name="name">Resource name, at most <see cref="ResourceEngine.MaxNameLength"/> bytes.</param>
    /// <param name="resource">The encoded message.</param>
    /// <param name="exceptFor">The one audience that does not see it; null: all see it. For that audience a resource it saw before is removed.</param>
    /// <returns>False when all of it is as before: nothing happens then.</returns>
    public bool Put(ResourceType type, string name, ReadOnlySpan<byte> resource, string? exceptFor = null)
    {
        var stored = Engine.InternRef(type, name, resource, default);
        ResourceRef replaced;
        bool changed;
        int hiddenFrom;
        var newlyHidden = false;
        FeedReader[] readers;
        lock (_lock)
        {
            var log = LogOfLocked(type);
            var before = log.Head;
            hiddenFrom = exceptFor is null ? 0 : AudienceLocked(exceptFor);
            changed = log.Put(_sequence + 1, stored, hiddenFrom, out replaced);
            readers = _readers;
            if (changed)
            {
                _sequence++;
                newlyHidden = hiddenFrom != 0 && log[log.Find(Engine.Name(stored))].HiddenSince == _sequence;
                AdvanceIdleLocked(type, log, before, newlyHidden ? 0 : hiddenFrom);
            }
        }

        var unused = changed ? replaced : stored;
        if (!unused.IsNone)
        {
            Engine.Content.Release(unused);
        }

        if (changed)
        {
            Wake(readers, type, newlyHidden ? 0 : hiddenFrom);
        }

        return changed;
    }

    /// <summary>Removes a resource.</summary>
    /// <returns>False when there was none.</returns>
    public bool Remove(ResourceType type, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (Encoding.UTF8.GetByteCount(name) > ResourceEngine.MaxNameLength)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[ResourceEngine.MaxNameLength];
        return Remove(type, bytes[..Encoding.UTF8.GetBytes(name, bytes)]);
    }

    /// <summary>Whether there is a resource of a name.</summary>
    public bool Contains(ResourceType type, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (Encoding.UTF8.GetByteCount(name) > ResourceEngine.MaxNameLength)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[ResourceEngine.MaxNameLength];
        lock (_lock)
        {
            return Engine.Symbols.TryFind(bytes[..Encoding.UTF8.GetBytes(name, bytes)], out var symbol)
                && _logs[type.Id] is { } log && log.Find(symbol) is var entry and not 0 && !log[entry].Resource.IsNone;
        }
    }

    /// <summary>Says that everything that exists was put. Before it readers get nothing: a feed half loaded must never look like a deletion.</summary>
    public void Complete()
    {
        FeedReader[] readers;
        lock (_lock)
        {
            _complete = true;
            readers = _readers;
        }

        foreach (var reader in readers)
        {
            reader.Listener.FeedChanged();
        }
    }

    /// <summary>Number of resources of a type.</summary>
    public int Count(ResourceType type)
    {
        lock (_lock)
        {
            return _logs[type.Id]?.Count ?? 0;
        }
    }

    /// <summary>Opens a cursor; dispose it at the end of its stream.</summary>
    /// <param name="audience">Who reads: a resource put with this <c>exceptFor</c> does not exist for it.</param>
    /// <param name="listener">Woken by every change that this audience sees, of the types subscribed to.</param>
    public FeedReader Open(string audience, IFeedListener listener)
    {
        ArgumentException.ThrowIfNullOrEmpty(audience);
        ArgumentNullException.ThrowIfNull(listener);
        lock (_lock)
        {
            var reader = new FeedReader(this, _lock, audience, AudienceLocked(audience), listener);
            _readers = [.. _readers, reader];
            return reader;
        }
    }

    internal FeedLog LogOfLocked(ResourceType type) => _logs[type.Id] ??= new FeedLog(Engine);

    internal long HeadOf(ResourceType type) => Volatile.Read(ref _logs[type.Id])?.Head ?? 0;

    /// <summary>A reader left, or passed the oldest removal: forgets those that all have passed.</summary>
    internal void ForgetLocked(ResourceType type, FeedLog log)
    {
        var all = long.MaxValue;
        foreach (var reader in _readers)
        {
            all = Math.Min(all, reader.CursorLocked(type)?.Known ?? long.MaxValue);
        }

        log.Forget(all);
    }

    internal void CloseLocked(FeedReader reader)
    {
        var index = Array.IndexOf(_readers, reader);
        if (index < 0)
        {
            return;
        }

        _readers = [.. _readers.AsSpan(0, index), .. _readers.AsSpan(index + 1)];
        for (var id = 0; id < _logs.Length; id++)
        {
            if (_logs[id] is { Tombstones: > 0 } log)
            {
                ForgetLocked(new ResourceType((byte)id), log);
            }
        }
    }

    private bool Remove(ResourceType type, ReadOnlySpan<byte> name)
    {
        ResourceRef replaced;
        int hiddenFrom;
        FeedReader[] readers;
        lock (_lock)
        {
            var log = LogOfLocked(type);
            var before = log.Head;
            if (!Engine.Symbols.TryFind(name, out var symbol) || !log.Remove(_sequence + 1, symbol, out replaced))
            {
                return false;
            }

            _sequence++;
            hiddenFrom = log[log.Find(symbol)].HiddenFrom;
            readers = _readers;
            AdvanceIdleLocked(type, log, before, hiddenFrom);
            ForgetLocked(type, log);
            LimitTombstonesLocked(type, log);
        }

        Engine.Content.Release(replaced);
        Wake(readers, type, hiddenFrom);
        return true;
    }

    /// <summary>Readers that knew everything and do not see the change know everything still: nobody wakes them to say so.</summary>
    private void AdvanceIdleLocked(ResourceType type, FeedLog log, long before, int hiddenFrom)
    {
        if (hiddenFrom == 0)
        {
            return;
        }

        foreach (var reader in _readers)
        {
            if (reader.AudienceId == hiddenFrom && reader.CursorLocked(type) is { } cursor && cursor.Floor >= before)
            {
                cursor.Advance(log.Head);
            }
        }
    }

    private void LimitTombstonesLocked(ResourceType type, FeedLog log)
    {
        while (log.Tombstones > Math.Max(_maxTombstones, log.Count))
        {
            var oldest = log.OldestTombstone;
            foreach (var reader in _readers)
            {
                if (reader.CursorLocked(type) is { } cursor && cursor.Known < oldest)
                {
                    reader.LapseLocked();
                }
            }

            log.Forget(oldest);
        }
    }

    private int AudienceLocked(string name)
    {
        if (!_audiences.TryGetValue(name, out var id))
        {
            id = _audiences.Count + 1;
            _audiences.Add(name, id);
        }

        return id;
    }

    private static void Wake(FeedReader[] readers, ResourceType type, int hiddenFrom)
    {
        foreach (var reader in readers)
        {
            if (reader.AudienceId != hiddenFrom && reader.Wants(type))
            {
                reader.Listener.FeedChanged();
            }
        }
    }
}
