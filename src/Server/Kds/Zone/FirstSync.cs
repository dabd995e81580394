using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Protocol.Kds;

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

    private readonly Lock _lock = new();
    private readonly HashSet<string> _missing = new(types, StringComparer.Ordinal);
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isDone;

    /// <summary>Everything is there; true from the start on where the store was not empty.</summary>
    public bool IsDone => _isDone;

    /// <summary>Notes that a delivery has been stored.</summary>
    public void Applied(KdsDelivery delivery)
    {
        _begun.TrySetResult();
        lock (_lock)
        {
            if (!delivery.MoreFollows && _missing.Remove(delivery.Type) && _missing.Count == 0)
            {
                _completed.TrySetResult();
            }
        }
    }

    /// <summary>Completes when all is there and every authority of the zone works, or when patience ends.</summary>
    public async Task RunAsync(IResourceStore store, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (await HasMeshAsync(store, cancellationToken))
        {
            _isDone = true;
            return;
        }

        await _begun.Task.WaitAsync(cancellationToken);
        using var patience = new CancellationTokenSource(_patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await _completed.Task.WaitAsync(either.Token);
            await AuthoritiesWorkAsync(store, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // What is there is served.
        }

        _isDone = true;
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
}
