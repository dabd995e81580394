namespace Mesh.Zone.Control.Loop;

/// <summary>
/// Items that are due at a time, each once. Nothing runs before. One timer serves all, and what is put off or taken back costs no search:
/// a fleet sets an item for each of its proxies, some at every acknowledgement. Safe for concurrent use.
/// </summary>
/// <param name="clock">Source of time.</param>
/// <param name="due">Called, on a timer's thread, with an item whose time has come.</param>
internal sealed class DueItems<TKey>(TimeProvider clock, Action<TKey> due) : IDisposable
    where TKey : notnull
{
    // A timer carries at most this far; a later item is looked at again then.
    private static readonly TimeSpan _longest = TimeSpan.FromDays(20);

    private readonly Dictionary<TKey, DateTimeOffset> _times = [];

    // Has each item at its time, and perhaps at times that were said before.
    private readonly PriorityQueue<TKey, DateTimeOffset> _line = new();
    private ITimer? _timer;
    private DateTimeOffset _armedFor = DateTimeOffset.MaxValue;
    private bool _disposed;

    /// <summary>Sets when an item is due, in place of what was said before; null: never.</summary>
    public void Set(TKey key, DateTimeOffset? at)
    {
        lock (_times)
        {
            if (at is not { } time)
            {
                _times.Remove(key);
            }
            else if (!_disposed && (!_times.TryGetValue(key, out var known) || known != time))
            {
                Put(key, time);
            }
        }
    }

    /// <summary>Sets when an item is due unless it is due earlier anyway.</summary>
    public void SetNoLater(TKey key, DateTimeOffset at)
    {
        lock (_times)
        {
            if (!_disposed && (!_times.TryGetValue(key, out var known) || known > at))
            {
                Put(key, at);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_times)
        {
            _disposed = true;
            _timer?.Dispose();
            _times.Clear();
            _line.Clear();
        }
    }

    private void Put(TKey key, DateTimeOffset at)
    {
        _times[key] = at;
        if (_line.Count > (2 * _times.Count) + 16)
        {
            // Mostly times that no longer hold.
            _line.Clear();
            foreach (var (item, time) in _times)
            {
                _line.Enqueue(item, time);
            }
        }
        else
        {
            _line.Enqueue(key, at);
        }

        if (at < _armedFor)
        {
            Arm(at);
        }
    }

    private void Arm(DateTimeOffset at)
    {
        _armedFor = at;
        var wait = at - clock.GetUtcNow();
        // Timers count whole milliseconds: one that is cut would come early, and again and again until it is time.
        wait = wait < TimeSpan.Zero ? TimeSpan.Zero : wait > _longest ? _longest : TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
        _timer ??= clock.CreateTimer(static items => ((DueItems<TKey>)items!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private void Fire()
    {
        while (TryTake(out var key))
        {
            due(key);
        }
    }

    /// <summary>Takes an item that is due; if there is none, arms the timer for the next one.</summary>
    private bool TryTake(out TKey key)
    {
        lock (_times)
        {
            while (_line.TryPeek(out key!, out var at))
            {
                var isOutdated = !_times.TryGetValue(key, out var time) || time != at;
                if (!isOutdated && at > clock.GetUtcNow())
                {
                    Arm(at);
                    return false;
                }

                _line.Dequeue();
                if (!isOutdated)
                {
                    _times.Remove(key);
                    return true;
                }
            }

            _armedFor = DateTimeOffset.MaxValue;
            return false;
        }
    }
}
