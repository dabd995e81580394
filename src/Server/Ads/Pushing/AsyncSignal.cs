using System.Threading.Tasks.Sources;

namespace Mesh.Server.Ads.Pushing;

/// <summary>
/// Wakes the one loop that waits for it; signals while nobody waits are remembered as one. Allocates nothing.
/// The waiter goes on on the thread pool, never on the thread that signals: at once, or when it is its turn.
/// </summary>
/// <param name="turns">Where the waiter stands in line; null: nowhere.</param>
/// <param name="lane">Its lane of <paramref name="turns"/>.</param>
internal sealed class AsyncSignal(WriteTurns? turns = null, int lane = 0) : IValueTaskSource, IThreadPoolWorkItem
{
    private const int Idle = 0;
    private const int Signalled = 1;
    private const int Waiting = 2;

    private ManualResetValueTaskSourceCore<bool> _core;
    private int _state;
    private int _lane = lane;

    /// <summary>Wakes the waiter, or the next one.</summary>
    public void Set()
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            if (state == Signalled)
            {
                return;
            }

            var next = state == Waiting ? Idle : Signalled;
            if (Interlocked.CompareExchange(ref _state, next, state) == state)
            {
                if (state == Waiting)
                {
                    Wake();
                }

                return;
            }
        }
    }

    /// <summary>Completes at the next signal. One waiter at a time.</summary>
    public ValueTask WaitAsync()
    {
        if (Interlocked.CompareExchange(ref _state, Idle, Signalled) == Signalled)
        {
            return ValueTask.CompletedTask;
        }

        _core.Reset();
        return Interlocked.CompareExchange(ref _state, Waiting, Idle) == Idle
            ? new ValueTask(this, _core.Version)
            : RetryAsync();
    }

    /// <summary>Lets others go first: completes when it is the caller's turn again, or at once on the thread pool. Signals until now are taken as seen.</summary>
    public ValueTask YieldAsync()
    {
        _core.Reset();
        Volatile.Write(ref _state, Idle);
        Wake();
        return new ValueTask(this, _core.Version);
    }

    /// <summary>Goes over to another lane from the next wake-up on.</summary>
    public void ChangeLane(int to) => Volatile.Write(ref _lane, to);

    /// <summary>The waiter goes on, on this thread.</summary>
    public void Execute() => _core.SetResult(true);

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void Wake()
    {
        if (turns is null)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
        else
        {
            turns.Enqueue(this, Volatile.Read(ref _lane));
        }
    }

    private ValueTask RetryAsync()
    {
        Interlocked.Exchange(ref _state, Idle);
        return ValueTask.CompletedTask;
    }
}
