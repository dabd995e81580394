using System.Collections.Concurrent;
using System.Numerics;

namespace Mesh.Server.Ads.Pushing;

/// <summary>
/// Who writes next, when thousands of streams have something to write. A few workers take a few streams each and then go to the
/// end of the queue of those who run them, so that what these streams wrote travels on to the sockets before the next ones write: the
/// bytes under way are those of some streams instead of those of all. Streams of different meshes stand in different lanes, which
/// are served in turn: a storm in one mesh does not delay another. Allocates nothing once its lines have grown.
/// </summary>
internal sealed class WriteTurns : IThreadPoolWorkItem
{
    /// <summary>Number of lanes.</summary>
    public const int Lanes = 64;

    /// <summary>Waiters that go on in one turn, at most.</summary>
    public const int Batch = 16;

    private readonly ConcurrentQueue<AsyncSignal>[] _lanes = new ConcurrentQueue<AsyncSignal>[Lanes];
    private readonly int _maxWorkers;
    private readonly TurnRunner _run;

    // Bit i: lane i may have somebody in it. Set after the entry, cleared before the lane is looked at for the last time.
    private ulong _occupied;
    private int _last;
    private int _workers;

    /// <summary>Lines that are empty.</summary>
    /// <param name="run">Runs a worker's turn.</param>
    /// <param name="maxWorkers">Null: as many as there are processors.</param>
    public WriteTurns(TurnRunner run, int? maxWorkers = null)
    {
        _run = run;
        _maxWorkers = maxWorkers ?? Environment.ProcessorCount;
        for (var i = 0; i < Lanes; i++)
        {
            _lanes[i] = new ConcurrentQueue<AsyncSignal>();
        }
    }

    /// <summary>The lane of a node id, <c>mesh.name</c>: that of its mesh. Meshes may share one.</summary>
    public static int LaneOf(string nodeId)
    {
        var mesh = nodeId.AsSpan();
        var dot = mesh.IndexOf('.');
        return (int)((uint)string.GetHashCode(dot < 0 ? mesh : mesh[..dot]) % Lanes);
    }

    /// <summary>Puts a waiter at the end of a lane.</summary>
    public void Enqueue(AsyncSignal signal, int lane)
    {
        _lanes[lane].Enqueue(signal);
        Interlocked.Or(ref _occupied, 1UL << lane);
        AddWorker();
    }

    /// <summary>One turn of a worker.</summary>
    public void Execute()
    {
        TurnEnd.Begin();
        var left = Batch;
        while (left > 0 && TryRunOne())
        {
            left--;
        }

        TurnEnd.Run();
        if (left == 0)
        {
            _run(this);
            return;
        }

        Interlocked.Decrement(ref _workers);
        if (Volatile.Read(ref _occupied) != 0)
        {
            AddWorker();
        }
    }

    /// <summary>Lets the next waiter go on, on this thread. False: there is none.</summary>
    internal bool TryRunOne()
    {
        if (!TryDequeue(out var signal))
        {
            return false;
        }

        signal.Execute();
        return true;
    }

    private void AddWorker()
    {
        var workers = Volatile.Read(ref _workers);
        while (workers < _maxWorkers)
        {
            var seen = Interlocked.CompareExchange(ref _workers, workers + 1, workers);
            if (seen == workers)
            {
                _run(this);
                return;
            }

            workers = seen;
        }
    }

    private bool TryDequeue(out AsyncSignal signal)
    {
        while (true)
        {
            var occupied = Volatile.Read(ref _occupied);
            if (occupied == 0)
            {
                signal = null!;
                return false;
            }

            // The occupied lane after the one served last.
            var from = (Volatile.Read(ref _last) + 1) % Lanes;
            var lane = (from + BitOperations.TrailingZeroCount(BitOperations.RotateRight(occupied, from))) % Lanes;
            Volatile.Write(ref _last, lane);
            if (_lanes[lane].TryDequeue(out signal!))
            {
                return true;
            }

            Interlocked.And(ref _occupied, ~(1UL << lane));
            if (!_lanes[lane].IsEmpty)
            {
                Interlocked.Or(ref _occupied, 1UL << lane);
            }
        }
    }
}
