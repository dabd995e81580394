using Mesh.Model.Resources;
using Mesh.Model.Stores;

namespace Mesh.Testing.Resources;

/// <summary>A store over another one, whose writes fail or wait when a test says so.</summary>
public sealed class HookedStore(IResourceStore inner) : IResourceStore
{
    /// <summary>Fault of a write; null: none.</summary>
    public Func<ResourceKey, Exception?>? WriteFault { get; set; }

    /// <summary>Awaited before each deletion; null: nothing.</summary>
    public Func<ResourceKey, Task>? Deleting { get; set; }

    /// <inheritdoc/>
    public long Revision => inner.Revision;

    /// <inheritdoc/>
    public Guid StoreId => inner.StoreId;

    /// <inheritdoc/>
    public ValueTask<Resource?> GetAsync(ResourceKey key, CancellationToken cancellationToken = default) => inner.GetAsync(key, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ResourceList> ListAsync(ResourceQuery query, CancellationToken cancellationToken = default) => inner.ListAsync(query, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Resource> CreateAsync(Resource resource, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return WriteFault?.Invoke(resource.Key) is { } fault ? throw fault : inner.CreateAsync(resource, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<Resource> UpdateAsync(Resource resource, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return WriteFault?.Invoke(resource.Key) is { } fault ? throw fault : inner.UpdateAsync(resource, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(ResourceKey key, long? expectedVersion = null, CancellationToken cancellationToken = default)
    {
        await (Deleting?.Invoke(key) ?? Task.CompletedTask);
        await (WriteFault?.Invoke(key) is { } fault ? throw fault : inner.DeleteAsync(key, expectedVersion, cancellationToken));
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ResourceChange> WatchAsync(long afterRevision, CancellationToken cancellationToken = default) =>
        inner.WatchAsync(afterRevision, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
