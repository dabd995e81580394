using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Kds.Zone;

/// <summary>
/// Whether a zone has everything that its Global has for it. A zone with an empty store lets proxies in only then: what it would tell them
/// between the first resource from Global and the last (a mesh without its permissions, an identity without its authority) would take calls down.
/// </summary>
/// <param name="types">Types that are asked for.</param>
internal sealed class FirstSync(IReadOnlyList<string> types)
{
    /// <summary>How long the rest may take from the first delivery on: a Global need not know every type.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly HashSet<string> _missing = new(types, StringComparer.Ordinal);
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<bool> _wasEmpty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isDone;

    /// <summary>Everything is there; true from the start on where the store was not empty.</summary>
    public bool IsDone => _isDone;

    /// <summary>Notes that a delivery has been stored.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="moreFollows">The first set of the type goes on.</param>
    public void Applied(string type, bool moreFollows)
    {
        _begun.TrySetResult();
        lock (_lock)
        {
            if (!moreFollows && _missing.Remove(type) && _missing.Count == 0)
            {
                _completed.TrySetResult();
            }
        }
    }

    /// <summary>Completes when <see cref="IsDone"/> becomes true.</summary>
    public Task Completion => _done.Task;

    /// <summary>Whether the store was empty at the start, or what a lost one held was not all there again.</summary>
    public Task<bool> WasEmpty => _wasEmpty.Task;

    /// <summary>Completes when all is there and every authority of the zone works, or when patience ends. A store that fails is asked again.</summary>
    /// <param name="store">The zone's store.</param>
    /// <param name="steps">What else has to be done.</param>
    /// <param name="clock">Source of time.</param>
    /// <param name="logger">Told of faults of the store.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task RunAsync(IResourceStore store, Steps steps, TimeProvider clock, ILogger logger, CancellationToken cancellationToken)
    {
        var isTold = false;
        while (!_isDone)
        {
            try
            {
                await TryAsync(store, steps, clock, cancellationToken);
            }
            catch (Exception fault) when (fault is not OperationCanceledException and not OutOfMemoryException)
            {
                if (!isTold)
                {
                    isTold = true;
                    KdsLog.FirstSyncFault(logger, _pause, fault);
                }

                await Task.Delay(_pause, clock, cancellationToken);
            }
        }
    }

    private async Task TryAsync(IResourceStore store, Steps steps, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!_wasEmpty.Task.IsCompleted)
        {
            _wasEmpty.TrySetResult(!await HasMeshAsync(store, cancellationToken) || await new RestorationNote(store).IsThereAsync(cancellationToken));
        }

        if (!await _wasEmpty.Task)
        {
            Done();
            return;
        }

        await _begun.Task.WaitAsync(cancellationToken);
        using var patience = new CancellationTokenSource(_patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await _completed.Task.WaitAsync(either.Token);
            await steps.Restored.WaitAsync(either.Token);
            await AuthoritiesWorkAsync(store, either.Token);
            await steps.Settled(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // What is there is served.
        }

        Done();
    }

    private void Done()
    {
        _isDone = true;
        _done.TrySetResult();
    }

    private static async ValueTask<bool> HasMeshAsync(IResourceStore store, CancellationToken cancellationToken) =>
        (await store.ListAsync(new ResourceQuery { Kind = MeshKind.Name, Size = 1 }, cancellationToken)).Total > 0;

    private static async Task AuthoritiesWorkAsync(IResourceStore store, CancellationToken cancellationToken)
    {
        var pending = new HashSet<ResourceKey>();
        var isSynced = false;
        await foreach (var change in store.WatchAsync(-1, cancellationToken))
        {
            isSynced |= change.Kind == ChangeKind.Synced;
            if (change.Key.Kind == MeshIdentityKind.Name)
            {
                _ = change.Kind == ChangeKind.Put && change.Resource?.Status is null ? pending.Add(change.Key) : pending.Remove(change.Key);
            }

            if (isSynced && pending.Count == 0)
            {
                return;
            }
        }
    }

    /// <summary>What has to be done before proxies are let in, besides the sync itself.</summary>
    /// <param name="Restored">Completes when the zone has what it once sent.</param>
    /// <param name="Settled">Completes when what the zone computes by itself is true to what it has.</param>
    public sealed record Steps(Task Restored, Func<CancellationToken, Task> Settled);
}
