namespace Mesh.Server.Hosting;

/// <summary>
/// Gives back what a burst left behind. When many zones synchronize at once the heap grows to twice what is kept, mostly holes that a background collection
/// does not close; at rest nothing collects it again, and it would stay for days. So after a burst, when it has been quiet for a while, the heap is compacted
/// once, if that is worth it. Without a burst nothing runs. Safe for concurrent use.
/// </summary>
internal sealed class HeapTrim : IDisposable
{
    /// <summary>Bytes moved that make a burst.</summary>
    public const long Burst = 64 * 1024 * 1024;

    /// <summary>How long nothing must have moved.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    private const long LeastHoles = 64 * 1024 * 1024;

    private readonly TimeProvider _clock;
    private readonly Func<(long Heap, long Holes)> _measure;
    private readonly Action _compact;
    private readonly ITimer _timer;
    private long _moved;
    private long _lastMoved;
    private int _isWaiting;

    /// <summary>A trim of this process.</summary>
    public HeapTrim(TimeProvider clock)
        : this(clock, Measure, Compact)
    {
    }

    /// <param name="clock">Source of time.</param>
    /// <param name="measure">Bytes of the heap, and of the holes in it.</param>
    /// <param name="compact">Closes the holes.</param>
    internal HeapTrim(TimeProvider clock, Func<(long Heap, long Holes)> measure, Action compact)
    {
        (_clock, _measure, _compact) = (clock, measure, compact);
        _timer = clock.CreateTimer(_ => TrimIfQuiet(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Bytes were sent or received.</summary>
    public void Moved(long bytes)
    {
        Volatile.Write(ref _lastMoved, _clock.GetTimestamp());
        if (Interlocked.Add(ref _moved, bytes) >= Burst && Interlocked.Exchange(ref _isWaiting, 1) == 0)
        {
            _timer.Change(Quiet, Timeout.InfiniteTimeSpan);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private static (long Heap, long Holes) Measure()
    {
        var last = GC.GetGCMemoryInfo(GCKind.Any);
        return (last.HeapSizeBytes, last.FragmentedBytes);
    }

    private static void Compact() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    private void TrimIfQuiet()
    {
        var left = Quiet - _clock.GetElapsedTime(Volatile.Read(ref _lastMoved));
        if (left > TimeSpan.Zero)
        {
            _timer.Change(left, Timeout.InfiniteTimeSpan);
            return;
        }

        Volatile.Write(ref _moved, 0);
        Volatile.Write(ref _isWaiting, 0);
        var (heap, holes) = _measure();
        if (holes > LeastHoles && holes > heap / 4)
        {
            _compact();
        }
    }
}
