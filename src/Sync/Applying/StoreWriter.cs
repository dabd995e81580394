using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Sync.Names;
using Mesh.Sync.Wire;

namespace Mesh.Sync.Applying;

/// <summary>
/// Writes what a peer sent to a store, many writes at a time so that the store commits them in groups. A write that loses a race is decided anew.
/// </summary>
/// <param name="store">Where to.</param>
/// <param name="rules">How.</param>
internal sealed class StoreWriter(IResourceStore store, IIncomingRules rules)
{
    /// <summary>Writes that are under way at a time.</summary>
    private const int Window = 512;

    private const int Attempts = 8;

    /// <summary>Stores resources.</summary>
    /// <param name="resources">As the peer sent them.</param>
    /// <param name="ended">Told what became of each; one at a time.</param>
    /// <param name="cancellationToken">Gives up between writes.</param>
    public async Task PutAsync(
        IReadOnlyList<Resource> resources, Action<Resource, WriteResult, SyncFault?> ended, CancellationToken cancellationToken)
    {
        var running = new List<(Resource Resource, Task<(WriteResult, SyncFault?)> Write)>(Math.Min(Window, resources.Count));
        for (var i = 0; i < resources.Count; i++)
        {
            running.Add((resources[i], PutAsync(resources[i], cancellationToken)));
            if (running.Count == Window || i == resources.Count - 1)
            {
                foreach (var (resource, write) in running)
                {
                    var (result, fault) = await write.ConfigureAwait(false);
                    ended(resource, result, fault);
                }

                running.Clear();
            }
        }
    }

    /// <summary>Deletes resources that are the peer's; others are left alone.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> DeleteAsync(IReadOnlyCollection<ResourceKey> keys, CancellationToken cancellationToken)
    {
        var deleted = 0;
        foreach (var some in keys.Chunk(Window))
        {
            var results = await Task.WhenAll(some.Select(key => DeleteAsync(key, cancellationToken))).ConfigureAwait(false);
            deleted += results.Count(gone => gone);
        }

        return deleted;
    }

    private async Task<(WriteResult, SyncFault?)> PutAsync(Resource incoming, CancellationToken cancellationToken)
    {
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    return await TryPutAsync(incoming, cancellationToken).ConfigureAwait(false);
                }
                catch (StoreException race) when (
                    race is ResourceExistsException or ResourceConflictException or ResourceNotFoundException && attempt < Attempts)
                {
                    // Someone else wrote it between reading and writing.
                }
            }
        }
        catch (ResourceOwnerMissingException)
        {
            return (WriteResult.OwnerMissing, null);
        }
        catch (StoreUnavailableException fault)
        {
            return (WriteResult.Unavailable, Fault(incoming, fault.Message));
        }
        catch (StoreException fault)
        {
            return (WriteResult.Refused, Fault(incoming, fault.Message));
        }
    }

    private async ValueTask<(WriteResult, SyncFault?)> TryPutAsync(Resource incoming, CancellationToken cancellationToken)
    {
        var stored = await store.GetAsync(incoming.Key, cancellationToken).ConfigureAwait(false);
        var decision = rules.Decide(incoming, stored);
        if (decision.Refusal is { } reason)
        {
            return (WriteResult.Refused, Fault(incoming, reason));
        }

        if (decision.Write is not { } wanted)
        {
            return (WriteResult.Unchanged, null);
        }

        if (stored is null)
        {
            await store.CreateAsync(wanted, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await store.UpdateAsync(wanted with { Version = stored.Version }, cancellationToken).ConfigureAwait(false);
        }

        return (WriteResult.Written, null);
    }

    private async Task<bool> DeleteAsync(ResourceKey key, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var stored = await store.GetAsync(key, cancellationToken).ConfigureAwait(false);
            if (stored is null || !rules.IsOfPeer(stored))
            {
                return false;
            }

            try
            {
                await store.DeleteAsync(key, stored.Version, cancellationToken).ConfigureAwait(false);
                return true;
            }
            catch (ResourceNotFoundException)
            {
                return false;
            }
            catch (ResourceConflictException) when (attempt < Attempts)
            {
                // Someone else wrote it between reading and deleting.
            }
        }
    }

    private static SyncFault Fault(Resource resource, string message) => new(resource.Kind, SyncNames.OnWire(resource), "", message);
}
