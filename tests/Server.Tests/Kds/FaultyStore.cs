using Mesh.Model.Resources;
using Mesh.Model.Stores;

namespace Mesh.Server.Tests.Kds;

/// <summary>A store that fails when a test says so.</summary>
internal sealed class FaultyStore(IResourceStore inner) : IResourceStore
{
    /// <summary>Fault of the next lists; null: none.</summary>
    public Func<Exception?>? ListFault { get; set; }

    /// <summary>Fault with which the watches that run end; null: none.</summary>
    public TaskCompletionSource<Exception> WatchFault { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long Revision => inner.Revision;

    public Guid StoreId => inner.StoreId;

    public ValueTask<Resource?> GetAsync(ResourceKey key, CancellationToken cancellationToken = default) => inner.GetAsync(key, cancellationToken);

    public ValueTask<ResourceList> ListAsync(ResourceQuery query, CancellationToken cancellationToken = default) =>
        ListFault?.Invoke() is { } fault ? throw fault : inner.ListAsync(query, cancellationToken);

    public ValueTask<Resource> CreateAsync(Resource resource, CancellationToken cancellationToken = default) => inner.CreateAsync(resource, cancellationToken);

    public ValueTask<Resource> UpdateAsync(Resource resource, CancellationToken cancellationToken = default) => inner.UpdateAsync(resource, cancellationToken);

    public ValueTask DeleteAsync(ResourceKey key, long? expectedVersion = null, CancellationToken cancellationToken = default) =>
        inner.DeleteAsync(key, expectedVersion, cancellationToken);

    /// <summary>The first watch tells nothing and fails when it is to; those after it work.</summary>
    public IAsyncEnumerable<ResourceChange> WatchAsync(long afterRevision, CancellationToken cancellationToken = default) =>
        WatchFault.Task.IsCompleted ? inner.WatchAsync(afterRevision, cancellationToken) : FailAsync(cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private async IAsyncEnumerable<ResourceChange> FailAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var fault = await WatchFault.Task.WaitAsync(cancellationToken);
        if (fault is not null)
        {
            throw fault;
        }

        yield break;
    }
}
