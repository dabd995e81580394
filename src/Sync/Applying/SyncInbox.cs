using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Sync.Names;
using Mesh.Sync.Wire;

namespace Mesh.Sync.Applying;

/// <summary>
/// Takes what one peer sends on one stream into a store. A resource whose Mesh is not there yet waits for it, whatever the order of kinds on the wire; a
/// resource that cannot be taken is left out and named, and the others are taken. One delivery at a time.
/// </summary>
/// <param name="store">Where to.</param>
/// <param name="rules">How.</param>
public sealed class SyncInbox(IResourceStore store, IIncomingRules rules)
{
    /// <summary>Resources that may wait for their Mesh.</summary>
    private const int MaxWaiting = 200_000;

    private readonly StoreWriter _writer = new(store, rules);
    private readonly Dictionary<ResourceKey, (Resource Resource, int Bytes)> _waiting = [];
    private long _waitingBytes;

    /// <summary>Bytes on the wire of what may wait for its Mesh.</summary>
    internal long MaxWaitingBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>Resources that wait for their Mesh.</summary>
    public int WaitingCount
    {
        get
        {
            lock (_waiting)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>
    /// Wire name and version of everything of a kind that came from the peer and is stored: what a peer of ours needs to send differences only. Read from
    /// what is stored, so it holds after a restart.
    /// </summary>
    public async ValueTask<IReadOnlyCollection<KeyValuePair<string, string>>> HeldAsync(
        ResourceDescriptor kind, CancellationToken cancellationToken = default)
    {
        var stored = await OfPeerAsync(kind, cancellationToken).ConfigureAwait(false);
        var held = new List<KeyValuePair<string, string>>(stored.Count);
        foreach (var resource in stored)
        {
            // What cannot be encoded is reported without a version: the peer sends it again, or says that it is gone.
            var payload = KumaResourceCodec.Encode(rules.AsSent(resource), out _);
            held.Add(new(SyncNames.OnWire(resource), payload is null ? "unknown" : WireVersion.Of(payload)));
        }

        return held;
    }

    /// <summary>Everything of a kind that came from the peer and is stored.</summary>
    public async ValueTask<IReadOnlyList<Resource>> OfPeerAsync(ResourceDescriptor kind, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(kind);
        var query = new ResourceQuery { Kind = kind.Kind, Filter = rules.IsOfPeer };
        return (await store.ListAsync(query, cancellationToken).ConfigureAwait(false)).Items;
    }

    /// <summary>How much of a kind in some meshes did not come from the peer and goes with them.</summary>
    public async ValueTask<int> CountOwnAsync(ResourceDescriptor kind, IReadOnlySet<string> meshes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(kind);
        var query = new ResourceQuery { Kind = kind.Kind, Filter = resource => meshes.Contains(resource.Mesh) && !rules.IsOfPeer(resource), Size = 1 };
        return (await store.ListAsync(query, cancellationToken).ConfigureAwait(false)).Total;
    }

    /// <summary>Takes a delivery. Completes when everything in it is stored durably.</summary>
    public async Task<SyncResult> ApplyAsync(SyncDelivery delivery, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        var tally = new SyncTally(delivery.Faults);
        await PutAsync(delivery.Resources, tally, cancellationToken).ConfigureAwait(false);
        var gone = await GoneAsync(delivery, cancellationToken).ConfigureAwait(false);
        lock (_waiting)
        {
            foreach (var key in gone)
            {
                StopWaiting(key);
            }
        }

        tally.Deleted += await _writer.DeleteAsync(gone, cancellationToken).ConfigureAwait(false);
        if (delivery.Kind.Kind == Model.Kinds.MeshKind.Name && tally.Written > 0)
        {
            await TakeWaitingAsync(cancellationToken).ConfigureAwait(false);
        }

        return tally.ToResult(WaitingCount);
    }

    /// <summary>Tries what waits again: a Mesh was created.</summary>
    public async Task TakeWaitingAsync(CancellationToken cancellationToken = default)
    {
        Resource[] waiting;
        lock (_waiting)
        {
            waiting = [.. _waiting.Values.Select(entry => entry.Resource)];
        }

        if (waiting.Length > 0)
        {
            await PutAsync(waiting, new SyncTally([]), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What a delivery takes away.</summary>
    public async ValueTask<IReadOnlyList<ResourceKey>> GoneAsync(SyncDelivery delivery, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        if (!delivery.IsFullSet)
        {
            return delivery.Removed;
        }

        var named = delivery.Resources.Select(resource => resource.Key).Concat(delivery.Unreadable).ToHashSet();
        var stored = await OfPeerAsync(delivery.Kind, cancellationToken).ConfigureAwait(false);
        lock (_waiting)
        {
            return
            [
                .. stored.Select(resource => resource.Key)
                    .Concat(_waiting.Keys.Where(key => key.Kind == delivery.Kind.Kind))
                    .Where(key => !named.Contains(key)),
            ];
        }
    }

    private Task PutAsync(IReadOnlyList<Resource> resources, SyncTally tally, CancellationToken cancellationToken) =>
        _writer.PutAsync(
            resources,
            (resource, result, fault) =>
            {
                var waits = result == WriteResult.OwnerMissing;
                lock (_waiting)
                {
                    StopWaiting(resource.Key);
                    if (waits && !TryWait(resource))
                    {
                        fault = new SyncFault(resource.Kind, SyncNames.OnWire(resource), "mesh", "does not exist, and too many resources wait for theirs");
                    }
                }

                tally.Add(result, fault);
            },
            cancellationToken);

    private bool TryWait(Resource resource)
    {
        var bytes = KumaResourceCodec.Encode(resource, out _)?.Length ?? 0;
        if (_waiting.Count >= MaxWaiting || _waitingBytes + bytes > MaxWaitingBytes)
        {
            return false;
        }

        _waiting[resource.Key] = (resource, bytes);
        _waitingBytes += bytes;
        return true;
    }

    private void StopWaiting(ResourceKey key)
    {
        if (_waiting.Remove(key, out var entry))
        {
            _waitingBytes -= entry.Bytes;
        }
    }
}
