using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Stores.Indexing;

namespace Mesh.Stores.Memory;

/// <summary>A store that forgets everything when its process ends. For tests and for trying things out.</summary>
/// <param name="clock">Source of creation and modification times.</param>
/// <param name="keptDeletions">How many deletions a watch can resume across; default 65,536.</param>
public sealed class MemoryStore(TimeProvider clock, int keptDeletions = MemoryStore.DefaultKeptDeletions) : IResourceStore
{
    internal const int DefaultKeptDeletions = 65_536;

    private readonly Lock _writing = new();
    private readonly ResourceTable _table = new(keptDeletions);
    private bool _closed;

    /// <inheritdoc/>
    public long Revision => _table.State.Revision;

    /// <inheritdoc/>
    public Guid StoreId { get; } = Guid.NewGuid();

    /// <inheritdoc/>
    public ValueTask<Resource?> GetAsync(ResourceKey key, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(_table.State.Find(key));

    /// <inheritdoc/>
    public ValueTask<ResourceList> ListAsync(ResourceQuery query, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(_table.List(query));

    /// <inheritdoc/>
    public ValueTask<Resource> CreateAsync(Resource resource, CancellationToken cancellationToken = default) =>
        WriteAsync(new StoreWrite.Create(resource), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Resource> UpdateAsync(Resource resource, CancellationToken cancellationToken = default) =>
        WriteAsync(new StoreWrite.Update(resource), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(ResourceKey key, long? expectedVersion = null, CancellationToken cancellationToken = default) =>
        await WriteAsync(new StoreWrite.Delete(key, expectedVersion), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public IAsyncEnumerable<ResourceChange> WatchAsync(long afterRevision, CancellationToken cancellationToken = default) =>
        _table.WatchAsync(afterRevision, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        lock (_writing)
        {
            _closed = true;
        }

        _table.Close();
        return ValueTask.CompletedTask;
    }

    private ValueTask<Resource> WriteAsync(StoreWrite write, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<Resource>(cancellationToken);
        }

        try
        {
            lock (_writing)
            {
                if (_closed)
                {
                    throw new StoreUnavailableException("the store was closed");
                }

                var transition = write.Apply(_table.State, clock.GetUtcNow());
                _table.Publish(transition.State, transition.Changes);
                return ValueTask.FromResult(transition.Result);
            }
        }
        catch (StoreException refusal)
        {
            return ValueTask.FromException<Resource>(refusal);
        }
    }
}
