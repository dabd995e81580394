namespace Mesh.Zone;

/// <summary>
/// Threads that work on the proxies of rounds, of all meshes in turn. They are not the pool's: what is published is sent
/// there, and must not wait until the rest of a large round is done. Started when first needed. Safe for concurrent use.
/// </summary>
internal sealed class RoundWorkers(int count) : IDisposable
{
    private readonly object _lock = new();
    private readonly Queue<Job> _jobs = new();
    private readonly List<Thread> _threads = [];
    private bool _isStopped;

    // So many items are taken at a time at most: a turn is short, and takes not much longer than taking turns.
    private const int MaxTurn = 8;

    /// <summary>Does the work for each item, some at the same time. Completes when all are done.</summary>
    /// <param name="items">The items; begun in their order.</param>
    /// <param name="work">Must not throw.</param>
    internal Task ForEachAsync<T>(IReadOnlyList<T> items, Action<T> work)
    {
        if (items.Count == 0)
        {
            return Task.CompletedTask;
        }

        var job = new Job(items.Count, Math.Clamp(items.Count / (8 * count), 1, MaxTurn), index => work(items[index]));
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isStopped, this);
            _jobs.Enqueue(job);
            while (_threads.Count < count)
            {
                var thread = new Thread(Run) { IsBackground = true, Name = $"mesh-round-{_threads.Count}" };
                _threads.Add(thread);
                thread.Start();
            }

            Monitor.PulseAll(_lock);
        }

        return job.Done;
    }

    /// <summary>Ends the threads when what they have is done.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isStopped = true;
            Monitor.PulseAll(_lock);
        }
    }

    private void Run()
    {
        while (Next() is { } next)
        {
            next.Job.Work(next.From, next.To);
        }
    }

    /// <summary>The next items; jobs get their turns one after the other, so that no mesh waits for a larger one. Null: stopped.</summary>
    private (Job Job, int From, int To)? Next()
    {
        lock (_lock)
        {
            while (_jobs.Count == 0)
            {
                if (_isStopped)
                {
                    return null;
                }

                Monitor.Wait(_lock);
            }

            var job = _jobs.Dequeue();
            var (from, to) = job.Take();
            if (job.HasMore)
            {
                _jobs.Enqueue(job);
            }

            return (job, from, to);
        }
    }

    /// <summary>One round's work.</summary>
    private sealed class Job(int count, int turn, Action<int> work)
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _next;
        private readonly int _count = count;
        private int _left = count;

        public Task Done => _done.Task;

        /// <summary>Something is not taken yet; asked under the lock.</summary>
        public bool HasMore => _next < _count;

        /// <summary>Takes the items of a turn; under the lock.</summary>
        public (int From, int To) Take()
        {
            var from = _next;
            _next = Math.Min(from + turn, _count);
            return (from, _next);
        }

        public void Work(int from, int to)
        {
            for (var index = from; index < to; index++)
            {
                work(index);
            }

            if (Interlocked.Add(ref _left, from - to) == 0)
            {
                _done.SetResult();
            }
        }
    }
}
