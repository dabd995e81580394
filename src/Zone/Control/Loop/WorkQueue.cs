using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Mesh.Zone.Control.Loop;

/// <summary>
/// Works on keys: each at most once at a time, some side by side. A key that is asked for while it waits is worked on once;
/// while it is worked on, once more. A key that fails pauses for itself alone.
/// </summary>
internal sealed class WorkQueue<TKey> : IAsyncDisposable
    where TKey : notnull
{
    /// <summary>Who works mostly waits for a write to be on disk, and those who wait together share a flush.</summary>
    private const int Workers = 32;

    private readonly Channel<TKey> _ready = Channel.CreateUnbounded<TKey>();
    private readonly Dictionary<TKey, State> _states = [];
    private readonly Func<TKey, CancellationToken, ValueTask> _work;
    private readonly TimeProvider _clock;
    private readonly FaultLedger<TKey> _faults;
    private readonly DueItems<TKey> _due;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    /// <summary>A queue that works from now on.</summary>
    /// <param name="work">Does the work of a key; may throw.</param>
    /// <param name="clock">Source of time.</param>
    /// <param name="options">Pauses after faults.</param>
    /// <param name="logger">Where faults are told.</param>
    public WorkQueue(Func<TKey, CancellationToken, ValueTask> work, TimeProvider clock, ZoneControlOptions options, ILogger logger)
    {
        _work = work;
        _clock = clock;
        _faults = new FaultLedger<TKey>(logger, options.BaseBackoff, options.MaxBackoff);
        _due = new DueItems<TKey>(clock, Ask);
        _running = Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(RunAsync)));
    }

    private enum State
    {
        Waiting,
        Working,
        WorkingAskedAgain,
    }

    /// <summary>How many keys are in trouble.</summary>
    public int Faults => _faults.Count;

    /// <summary>Asks for work on a key now.</summary>
    public void Ask(TKey key)
    {
        lock (_states)
        {
            if (_states.TryGetValue(key, out var state))
            {
                _states[key] = state == State.Waiting ? State.Waiting : State.WorkingAskedAgain;
                return;
            }

            _states[key] = State.Waiting;
        }

        _ready.Writer.TryWrite(key);
    }

    /// <summary>Asks for work on a key at a time, unless it is asked for earlier.</summary>
    public void AskNoLater(TKey key, DateTimeOffset at) => _due.SetNoLater(key, at);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _due.Dispose();
        _ready.Writer.TryComplete();
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        await foreach (var key in _ready.Reader.ReadAllAsync(_stop.Token).ConfigureAwait(false))
        {
            lock (_states)
            {
                _states[key] = State.Working;
            }

            await WorkAsync(key).ConfigureAwait(false);
            lock (_states)
            {
                _states.Remove(key, out var state);
                if (state != State.WorkingAskedAgain)
                {
                    continue;
                }
            }

            Ask(key);
        }
    }

    private async ValueTask WorkAsync(TKey key)
    {
        try
        {
            await _work(key, _stop.Token).ConfigureAwait(false);
            _faults.Succeed(key);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            _due.SetNoLater(key, _clock.GetUtcNow() + _faults.Fail(key, fault));
        }
    }
}
