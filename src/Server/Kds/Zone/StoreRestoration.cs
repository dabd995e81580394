using Google.Protobuf;
using Grpc.Core;
using Mesh.Model.Resources;
using Mesh.Server.Kds.Wire;
using Mesh.Sync.Applying;
using Mesh.Sync.Wire;
using Mesh.Zone.Sync;

namespace Mesh.Server.Kds.Zone;

/// <summary>
/// A zone that begins with an empty store asks Global, before anything else, for what it once sent: were it lost, Global and the other zones would be told that
/// all of it is gone. It is stored when the meshes are there; what cannot be stored now is asked for again. Safe for concurrent use.
/// </summary>
/// <param name="sync">The zone's half of synchronization.</param>
/// <param name="catalog">Kinds of resources.</param>
/// <param name="wasEmpty">Whether the zone began with an empty store, or with a note that something is missing in it.</param>
/// <param name="note">The note.</param>
/// <param name="restored">Called when proxies have been stored that may come back.</param>
internal sealed class StoreRestoration(ZoneSync sync, ResourceCatalog catalog, Task<bool> wasEmpty, RestorationNote note, Func<CancellationToken, Task> restored)
{
    /// <summary>Resources that are taken at most: more than a zone that works can have.</summary>
    private const int MostCopies = 1_000_000;

    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _applied = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile IReadOnlyList<Resource>? _copies;

    /// <summary>Completes when the zone has what it once sent, or never lost it. Before, it does not tell Global what it has.</summary>
    public Task Settled => _settled.Task;

    /// <summary>
    /// Completes when what the zone once sent is there as far as its meshes are: what is made of Global's resources finds what was made of them before. It is
    /// earlier than <see cref="Settled"/> where the zone cannot take a Mesh.
    /// </summary>
    public Task Applied => _applied.Task;

    /// <summary>Whether anything was got back.</summary>
    public bool HasRestored { get; private set; }

    /// <summary>Asks Global, where there is need. A Global that does not know the question, as Kuma's, has no answer.</summary>
    /// <exception cref="RpcException">It cannot be asked now: the zone must not go on without an answer.</exception>
    public async Task FetchAsync(CallInvoker calls, Metadata headers, CancellationToken cancellationToken)
    {
        if (_settled.Task.IsCompleted)
        {
            return;
        }

        if (await wasEmpty.WaitAsync(cancellationToken))
        {
            _copies = await AskAsync(calls, headers, cancellationToken);
        }

        if (_copies is { Count: > 0 } copies)
        {
            await note.LeaveAsync(cancellationToken);

            // Where a connection before this one brought the meshes, they do not come again before anything else.
            await TryStoreAsync(copies, cancellationToken);
        }
        else
        {
            await SettleAsync(cancellationToken);
        }
    }

    /// <summary>Stores what Global answered. To be called when its meshes have come.</summary>
    /// <param name="meshes">What became of them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RpcException">It cannot be stored: the zone must ask again, and tell Global nothing until then.</exception>
    public async Task ApplyAsync(SyncResult meshes, CancellationToken cancellationToken)
    {
        // Meshes that the store does not take now come again.
        if (_copies is not { } copies || meshes.IsUnavailable)
        {
            return;
        }

        if (!await TryStoreAsync(copies, cancellationToken) && meshes.IsAccepted)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "Global kept what this zone sent in a mesh that it has no more"));
        }

        // A Mesh that the zone refuses it may refuse for long: what is in the others works without. But Global is not told that what is in it is gone.
        _applied.TrySetResult();
    }

    /// <returns>False when some of it waits for its Mesh.</returns>
    private async Task<bool> TryStoreAsync(IReadOnlyList<Resource> copies, CancellationToken cancellationToken)
    {
        var result = await sync.RestoreAsync(copies, cancellationToken);
        if (result.IsUnavailable)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "the zone's store does not take back what the zone once sent"));
        }

        await restored(cancellationToken);
        if (result.Homeless > 0)
        {
            return false;
        }

        HasRestored = true;
        await SettleAsync(cancellationToken);
        return true;
    }

    private async Task SettleAsync(CancellationToken cancellationToken)
    {
        await note.TakeAwayAsync(cancellationToken);
        _copies = null;
        _applied.TrySetResult();
        _settled.TrySetResult();
    }

    private async Task<IReadOnlyList<Resource>> AskAsync(CallInvoker calls, Metadata headers, CancellationToken cancellationToken)
    {
        var copies = new List<Resource>();
        using var call = calls.AsyncServerStreamingCall(KdsMethods.Copies, null, new CallOptions(headers, cancellationToken: cancellationToken), RawMessage.Empty);
        try
        {
            while (await call.ResponseStream.MoveNext(cancellationToken) && copies.Count < MostCopies)
            {
                var copy = CopiedResource.Decode(call.ResponseStream.Current.Bytes);
                if (catalog.TryGetKind(copy.Kind, out var kind) && KumaResourceCodec.Decode(kind, copy.Name, copy.Payload.Span).Resource is { } resource)
                {
                    copies.Add(resource);
                }
            }
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unimplemented)
        {
            return [];
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new RpcException(new Status(StatusCode.Internal, "a copy cannot be read: " + e.Message));
        }

        return copies;
    }
}
