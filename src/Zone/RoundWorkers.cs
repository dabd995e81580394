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

    /// <summary>Does the work for each item, some at the same time. Completes when all are done.</summary>
    /// <param name="items">The items; begun in their order.</param>
    /// <param name="work">Must not throw.</param>
    internal Task ForEachAsync<T>(IReadOnlyList<T> items, Action<T> work)
    {
        if (items.Count == 0)
        {
            return Task.CompletedTask;
        }

        var job = new Job(items.Count, index => work(items[index]));
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
            next.Job.Work(next.Index);
        }
    }

    /// <summary>The next item; jobs get their turns one after the other, so that no mesh waits for a larger one. Null: stopped.</summary>
    private (Job Job, int Index)? Next()
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
            var index = job.Take();
            if (job.HasMore)
            {
                _jobs.Enqueue(job);
            }

            return (job, index);
        }
    }

    /// <summary>One round's work.</summary>
    private sealed class Job(int count, Action<int> work)
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly int _count = count;
        private int _next;
        private int _left = count;

        public Task Done => _done.Task;

        /// <summary>Something is not taken yet; asked under the lock.</summary>
        public bool HasMore => _next < _count;

        /// <summary>Takes an item; under the lock.</summary>
        public int Take() => _next++;

        public void Work(int index)
        {
            work(index);
            if (Interlocked.Decrement(ref _left) == 0)
            {
                _done.SetResult();
            }
        }
    }
}
