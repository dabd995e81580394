using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Microsoft.Extensions.Logging;

namespace Mesh.Zone.Control.Loop;

/// <summary>
/// Watches a store and lets controllers make their items true, in rounds: take in what changed, ask every controller what
/// that touches, work on those items side by side. What arrives during a round is the next round; without a change nothing
/// runs. An item that fails pauses for itself alone.
/// </summary>
internal sealed class ControlLoop : IAsyncDisposable
{
    private static readonly TimeSpan _overtakenPause = TimeSpan.FromMilliseconds(100);
    private const int FailuresThatAreRaces = 20;

    /// <summary>Not of a store: what follows, up to the marker, is everything there is.</summary>
    private static readonly ResourceChange _beginAnew = new(ChangeKind.Synced, default, null, -1);

    private readonly IResourceStore _store;
    private readonly TimeProvider _clock;
    private readonly IReadOnlyList<IController> _controllers;
    private readonly ILogger _logger;
    private readonly Func<string, bool> _watches;
    private readonly ControlView _view;
    private readonly FaultLedger<WorkItem> _faults;
    private readonly DueItems<WorkItem> _due;
    private readonly System.Collections.Concurrent.ConcurrentDictionary<WorkItem, int> _overtaken = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeSpan _watchPause;
    private Task _running = Task.CompletedTask;
    private int _disposed;

    // Guarded by _incoming: what the next round takes.
    private readonly Lock _incoming = new();
    private List<ResourceChange> _changes = [];
    private readonly HashSet<WorkItem> _asked = [];
    private readonly List<(long Revision, TaskCompletionSource Reached)> _awaited = [];
    private long _latest = -1;

    // Touched by the round's thread alone.
    private bool _isSynced;
    private HashSet<ResourceKey>? _seen;

    /// <summary>A loop that is not running yet.</summary>
    /// <param name="store">What to watch.</param>
    /// <param name="clock">Source of time.</param>
    /// <param name="controllers">Who works, in the order in which they prepare.</param>
    /// <param name="options">Pauses after faults.</param>
    /// <param name="logger">Where faults are told.</param>
    /// <param name="watches">Kinds of interest; null: all.</param>
    /// <param name="answersSelectors">Some controller asks its view what selectors select. Default true.</param>
    public ControlLoop(
        IResourceStore store,
        TimeProvider clock,
        IReadOnlyList<IController> controllers,
        ZoneControlOptions options,
        ILogger logger,
        Func<string, bool>? watches = null,
        bool answersSelectors = true)
    {
        _view = new ControlView(answersSelectors);
        _store = store;
        _clock = clock;
        _controllers = controllers;
        _logger = logger;
        _watches = watches ?? (_ => true);
        _watchPause = options.BaseBackoff;
        _faults = new FaultLedger<WorkItem>(logger, options.BaseBackoff, options.MaxBackoff);
        _due = new DueItems<WorkItem>(clock, Ask);
    }

    /// <summary>Completes when everything that existed at the start has been worked on once.</summary>
    public Task Ready => _ready.Task;

    /// <summary>How many items are in trouble.</summary>
    public int Faults => _faults.Count;

    /// <summary>Begins to watch and to work.</summary>
    public void Start() => _running = Task.WhenAll(Task.Run(WatchAsync), Task.Run(RunAsync));

    /// <summary>Asks for work on an item in the next round. Safe for concurrent use.</summary>
    public void Ask(WorkItem item)
    {
        lock (_incoming)
        {
            _asked.Add(item);
        }

        Wake();
    }

    /// <summary>
    /// Completes when everything that the store holds, and what came of it, has been worked on. Work that is to be tried again later is not waited for.
    /// </summary>
    public async Task SettledAsync(CancellationToken cancellationToken = default)
    {
        long revision;
        do
        {
            revision = _store.Revision;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_incoming)
            {
                _awaited.Add((revision, reached));
            }

            Wake();
            await reached.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        while (_store.Revision != revision);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        _due.Dispose();
        await _running.ConfigureAwait(false);
        _ready.TrySetCanceled();
        _stop.Dispose();
        _signal.Dispose();
    }

    private void Wake()
    {
        lock (_incoming)
        {
            if (_signal.CurrentCount == 0 && !_stop.IsCancellationRequested)
            {
                _signal.Release();
            }
        }
    }

    private async Task WatchAsync()
    {
        var revision = -1L;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (revision < 0)
                {
                    Take(_beginAnew);
                }

                await foreach (var change in _store.WatchAsync(revision, _stop.Token).ConfigureAwait(false))
                {
                    Take(change);
                    // Before everything is known there is no place to resume from.
                    revision = revision >= 0 || change.Kind == ChangeKind.Synced ? change.Revision : -1;
                }
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (RevisionCompactedException)
            {
                ControlLog.WatchRestarted(_logger, revision);
                revision = -1;
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                ControlLog.WatchBroke(_logger, _watchPause, fault);
                if (!await PauseAsync(_watchPause).ConfigureAwait(false))
                {
                    return;
                }
            }
        }
    }

    private async Task<bool> PauseAsync(TimeSpan pause)
    {
        try
        {
            await Task.Delay(pause, _clock, _stop.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void Take(ResourceChange change)
    {
        if (change.Kind != ChangeKind.Synced && !_watches(change.Key.Kind))
        {
            Pass(change.Revision);
            return;
        }

        lock (_incoming)
        {
            _changes.Add(change);
            _latest = Math.Max(_latest, change.Revision);
        }

        Wake();
    }

    private async Task RunAsync()
    {
        var dirty = new HashSet<WorkItem>();
        while (true)
        {
            try
            {
                await _signal.WaitAsync(_stop.Token).ConfigureAwait(false);
                var revision = TakeIn(dirty);
                if (!_isSynced)
                {
                    continue;
                }

                Prepare(dirty);
                await Parallel.ForEachAsync(
                    dirty,
                    new ParallelOptions { MaxDegreeOfParallelism = Math.Max(2, Environment.ProcessorCount), CancellationToken = _stop.Token },
                    WorkAsync).ConfigureAwait(false);
                dirty.Clear();
                _ready.TrySetResult();
                Reach(revision);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>A change that is of no interest.</summary>
    private void Pass(long revision)
    {
        bool isAwaited;
        lock (_incoming)
        {
            _latest = Math.Max(_latest, revision);
            isAwaited = _awaited.Count > 0;
        }

        if (isAwaited)
        {
            Wake();
        }
    }

    /// <summary>A round has ended.</summary>
    /// <param name="revision">What it took in.</param>
    private void Reach(long revision)
    {
        lock (_incoming)
        {
            foreach (var (_, reached) in _awaited.Where(awaited => awaited.Revision <= revision))
            {
                reached.TrySetResult();
            }

            _awaited.RemoveAll(awaited => awaited.Revision <= revision);
        }
    }

    /// <returns>Revision up to which everything is taken in.</returns>
    private long TakeIn(HashSet<WorkItem> dirty)
    {
        List<ResourceChange> changes;
        long revision;
        lock (_incoming)
        {
            revision = _latest;
            (changes, _changes) = (_changes, []);
            dirty.UnionWith(_asked);
            _asked.Clear();
        }

        foreach (var change in changes)
        {
            if (change == _beginAnew)
            {
                // Where nothing is known, nothing can have gone.
                _seen = _view.IsEmpty ? null : [];
            }
            else if (change.Kind == ChangeKind.Synced)
            {
                ForgetWhatHasGone(dirty);
                _isSynced = true;
            }
            else
            {
                _seen?.Add(change.Key);
                Observe(change.Key, change.Kind == ChangeKind.Deleted ? null : change.Resource, dirty);
            }
        }

        return revision;
    }

    /// <summary>After reading everything anew: what was not told is not there any more.</summary>
    private void ForgetWhatHasGone(HashSet<WorkItem> dirty)
    {
        foreach (var key in _seen is { } seen ? _view.Keys().Where(key => !seen.Contains(key)).ToList() : [])
        {
            Observe(key, null, dirty);
        }

        _seen = null;
    }

    private void Observe(ResourceKey key, Resource? after, HashSet<WorkItem> dirty)
    {
        ObservedChange change;
        try
        {
            change = _view.Apply(key, after);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // One resource that cannot be taken in stops no other.
            ControlLog.NotTakenIn(_logger, key.ToString(), fault);
            return;
        }

        if (ReferenceEquals(change.Before, change.After))
        {
            return;
        }

        foreach (var controller in _controllers)
        {
            try
            {
                controller.Observe(change, _view, dirty);
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                ControlLog.RoundFailed(_logger, controller.Name, fault);
            }
        }
    }

    private void Prepare(HashSet<WorkItem> dirty)
    {
        foreach (var controller in _controllers)
        {
            var mine = dirty.Where(item => ReferenceEquals(item.Controller, controller)).ToList();
            if (mine.Count == 0)
            {
                continue;
            }

            try
            {
                controller.Prepare(mine, _view, dirty);
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                ControlLog.RoundFailed(_logger, controller.Name, fault);
            }
        }
    }

    private async ValueTask WorkAsync(WorkItem item, CancellationToken cancellationToken)
    {
        try
        {
            var next = await item.Controller.ReconcileAsync(item, _view, cancellationToken).ConfigureAwait(false);
            _overtaken.TryRemove(item, out _);
            _faults.Succeed(item);
            _due.Set(item, next);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (StoreException race) when (race is not StoreUnavailableException && _overtaken.AddOrUpdate(item, 1, (_, times) => times + 1) <= FailuresThatAreRaces)
        {
            // Somebody else wrote first. Their change is on its way to the view.
            _due.Set(item, _clock.GetUtcNow() + _overtakenPause);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            _due.Set(item, _clock.GetUtcNow() + _faults.Fail(item, fault));
        }
    }
}
