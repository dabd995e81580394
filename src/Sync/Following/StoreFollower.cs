using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Microsoft.Extensions.Logging;

namespace Mesh.Sync.Following;

/// <summary>
/// Follows a store for an observer. Resumes where it stopped; where the store has forgotten that, it reads everything anew and tells what was deleted meanwhile.
/// </summary>
public sealed class StoreFollower : IAsyncDisposable
{
    private readonly IResourceStore _store;
    private readonly IStoreObserver _observer;
    private readonly TimeSpan _pause;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<ResourceKey> _known = [];
    private readonly List<(long Revision, TaskCompletionSource Reached)> _awaited = [];
    private HashSet<ResourceKey>? _unseen;
    private long _revision = -1;
    private Task _running = Task.CompletedTask;
    private int _disposed;

    /// <summary>A follower that is not running yet.</summary>
    /// <param name="store">What to follow.</param>
    /// <param name="observer">Who is told.</param>
    /// <param name="pause">Pause after a watch that broke off.</param>
    /// <param name="clock">Source of time.</param>
    /// <param name="logger">Told of broken watches.</param>
    public StoreFollower(IResourceStore store, IStoreObserver observer, TimeSpan pause, TimeProvider clock, ILogger logger) =>
        (_store, _observer, _pause, _clock, _logger) = (store, observer, pause, clock, logger);

    /// <summary>Completes when everything that existed at the start was told.</summary>
    public Task Synced => _synced.Task;

    /// <summary>Revision of the last change that was told; -1 before <see cref="Synced"/>.</summary>
    public long Revision => Volatile.Read(ref _revision);

    /// <summary>Completes when the observer has been told of everything up to a revision of the store.</summary>
    public async Task ReachedAsync(long revision, CancellationToken cancellationToken = default)
    {
        TaskCompletionSource reached;
        lock (_awaited)
        {
            if (Revision >= revision)
            {
                return;
            }

            reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited.Add((revision, reached));
        }

        await reached.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Begins to follow.</summary>
    public void Start() => _running = Task.Run(RunAsync);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _synced.TrySetCanceled();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await WatchAsync().ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (RevisionCompactedException)
            {
                FollowingLog.WatchRestarted(_logger, _revision);
                _revision = -1;
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                FollowingLog.WatchBroke(_logger, _pause, fault);
                await Task.Delay(_pause, _clock, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task WatchAsync()
    {
        _unseen = _revision < 0 ? [.. _known] : null;
        await foreach (var change in _store.WatchAsync(_revision, _stop.Token).ConfigureAwait(false))
        {
            Tell(change);

            // While everything is being read, there is no revision to resume from.
            if (_unseen is null)
            {
                Reach(Math.Max(_revision, change.Revision));
            }
        }
    }

    private void Reach(long revision)
    {
        lock (_awaited)
        {
            Volatile.Write(ref _revision, revision);
            foreach (var (_, reached) in _awaited.Where(awaited => awaited.Revision <= revision))
            {
                reached.TrySetResult();
            }

            _awaited.RemoveAll(awaited => awaited.Revision <= revision);
        }
    }

    private void Tell(ResourceChange change)
    {
        if (change.Kind == ChangeKind.Synced)
        {
            foreach (var key in _unseen ?? [])
            {
                _known.Remove(key);
                _observer.Deleted(key);
            }

            _unseen = null;
            _observer.Synced();
            _synced.TrySetResult();
        }
        else if (_observer.Observes(change.Key.Kind))
        {
            _unseen?.Remove(change.Key);
            if (change.Kind == ChangeKind.Put)
            {
                _known.Add(change.Key);
                _observer.Put(change.Resource!);
            }
            else if (_known.Remove(change.Key))
            {
                _observer.Deleted(change.Key);
            }
        }
    }
}
