namespace Mesh.Zone.Control.Loop;

/// <summary>Items that are due at a time, each once. Nothing runs before. Safe for concurrent use.</summary>
/// <param name="clock">Source of time.</param>
/// <param name="due">Called, on a timer's thread, with an item whose time has come.</param>
internal sealed class DueItems<TKey>(TimeProvider clock, Action<TKey> due) : IDisposable
    where TKey : notnull
{
    // One timer carries at most this far; a later item is looked at again then.
    private static readonly TimeSpan _longest = TimeSpan.FromDays(20);

    private readonly Dictionary<TKey, Entry> _entries = [];
    private bool _disposed;

    /// <summary>Sets when an item is due, in place of what was said before; null: never.</summary>
    public void Set(TKey key, DateTimeOffset? at)
    {
        lock (_entries)
        {
            if (_entries.Remove(key, out var known))
            {
                if (known.At == at)
                {
                    _entries[key] = known;
                    return;
                }

                known.Timer?.Dispose();
            }

            if (at is { } time && !_disposed)
            {
                Start(key, time);
            }
        }
    }

    /// <summary>Sets when an item is due unless it is due earlier anyway.</summary>
    public void SetNoLater(TKey key, DateTimeOffset at)
    {
        lock (_entries)
        {
            if (_entries.TryGetValue(key, out var known) && known.At <= at)
            {
                return;
            }
        }

        Set(key, at);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_entries)
        {
            _disposed = true;
            foreach (var entry in _entries.Values)
            {
                entry.Timer?.Dispose();
            }

            _entries.Clear();
        }
    }

    private void Start(TKey key, DateTimeOffset at)
    {
        var entry = new Entry(at);
        _entries[key] = entry;
        var wait = at - clock.GetUtcNow();
        wait = wait < TimeSpan.Zero ? TimeSpan.Zero : wait > _longest ? _longest : wait;
        entry.Timer = clock.CreateTimer(_ => Fire(key, entry), null, wait, Timeout.InfiniteTimeSpan);
    }

    private void Fire(TKey key, Entry entry)
    {
        lock (_entries)
        {
            if (!_entries.TryGetValue(key, out var current) || !ReferenceEquals(current, entry))
            {
                return;
            }

            entry.Timer?.Dispose();
            _entries.Remove(key);
            if (entry.At > clock.GetUtcNow())
            {
                Start(key, entry.At);
                return;
            }
        }

        due(key);
    }

    private sealed class Entry(DateTimeOffset at)
    {
        public DateTimeOffset At { get; } = at;

        public ITimer? Timer { get; set; }
    }
}
