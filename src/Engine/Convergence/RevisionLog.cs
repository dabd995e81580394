namespace Mesh.Engine.Convergence;

/// <summary>The newest revisions of an engine. Safe for concurrent use.</summary>
public sealed class RevisionLog
{
    /// <summary>So many are kept.</summary>
    public const int Capacity = 256;

    private readonly Lock _lock = new();
    private readonly Revision?[] _recent = new Revision?[Capacity];
    private readonly TimeProvider _clock;
    private volatile IRevisionObserver? _observer;
    private long _last;

    internal RevisionLog(TimeProvider clock) => _clock = clock;

    /// <summary>Who is told how long revisions took; null: nobody.</summary>
    public IRevisionObserver? Observer
    {
        get => _observer;
        set => _observer = value;
    }

    /// <summary>Revisions so far that changed some proxy's snapshot.</summary>
    public long Count => Volatile.Read(ref _last);

    /// <summary>A revision begins; it is kept from the moment it changes a snapshot.</summary>
    /// <param name="scope">Name of a mesh.</param>
    /// <param name="causes">Why, for people.</param>
    /// <param name="since">Moment from which its time counts, of <see cref="Timestamp"/>; null: now.</param>
    public Revision Begin(string scope, IReadOnlyList<string> causes, long? since = null)
    {
        var now = _clock.GetTimestamp();
        var begun = since ?? now;
        return new Revision(this, scope, causes, _clock.GetUtcNow() - _clock.GetElapsedTime(begun, now), begun);
    }

    /// <summary>This moment, for <see cref="Begin"/>.</summary>
    public long Timestamp() => _clock.GetTimestamp();

    /// <summary>Those that are kept, the newest first.</summary>
    public IReadOnlyList<Revision> Newest()
    {
        lock (_lock)
        {
            var all = new List<Revision>((int)Math.Min(_last, Capacity));
            for (var number = _last; number > Math.Max(0, _last - Capacity); number--)
            {
                all.Add(_recent[number % Capacity]!);
            }

            return all;
        }
    }

    internal TimeSpan Since(long timestamp) => _clock.GetElapsedTime(timestamp);

    internal long Add(Revision revision)
    {
        lock (_lock)
        {
            _last++;
            _recent[_last % Capacity] = revision;
            return _last;
        }
    }
}
