using Mesh.Model.Resources;

namespace Mesh.Model.Stores;

/// <summary>
/// Where resources live. All implementations pass one contract suite. Writes are linearizable and acknowledged only
/// when durable; reads see every acknowledged write of this store. Safe for concurrent use.
/// </summary>
public interface IResourceStore : IAsyncDisposable
{
    /// <summary>Number of the last applied change; grows by one with each created, updated or deleted resource.</summary>
    long Revision { get; }

    /// <summary>Id of the database, made with it and kept with it: two processes with the same id share a store.</summary>
    Guid StoreId { get; }

    /// <summary>Reads one resource; null when there is none.</summary>
    ValueTask<Resource?> GetAsync(ResourceKey key, CancellationToken cancellationToken = default);

    /// <summary>Reads the resources of a kind, ordered by <see cref="ResourceKey"/>, from one point in time.</summary>
    ValueTask<ResourceList> ListAsync(ResourceQuery query, CancellationToken cancellationToken = default);

    /// <summary>Stores a new resource with version 1 and sets its times.</summary>
    /// <returns>The resource as stored.</returns>
    /// <exception cref="ResourceExistsException">There is one of this key.</exception>
    /// <exception cref="ResourceOwnerMissingException">The owner (or the Mesh of a mesh-scoped resource) does not exist.</exception>
    ValueTask<Resource> CreateAsync(Resource resource, CancellationToken cancellationToken = default);

    /// <summary>Replaces a resource whose stored version equals <see cref="Resource.Version"/>; keeps creation time and owner.</summary>
    /// <returns>The resource as stored, with the next version.</returns>
    /// <exception cref="ResourceNotFoundException">There is none of this key.</exception>
    /// <exception cref="ResourceConflictException">The stored version is another one.</exception>
    ValueTask<Resource> UpdateAsync(Resource resource, CancellationToken cancellationToken = default);

    /// <summary>Deletes a resource and, transitively, everything it owns, as one atomic change.</summary>
    /// <param name="key">What to delete.</param>
    /// <param name="expectedVersion">Refuse when the stored version is another one; null: whatever the version.</param>
    /// <exception cref="ResourceNotFoundException">There is none of this key.</exception>
    /// <exception cref="ResourceConflictException">The stored version is another one.</exception>
    ValueTask DeleteAsync(ResourceKey key, long? expectedVersion = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Every change after a revision, in order, without end. Resumable: pass the revision of the last change seen.
    /// A slow reader costs no memory per change: changes of one key may be merged into the newest.
    /// </summary>
    /// <param name="afterRevision">Start after this revision; -1: first everything that exists, as <see cref="ChangeKind.Put"/>, then a <see cref="ChangeKind.Synced"/> marker, then what changes.</param>
    /// <exception cref="RevisionCompactedException">The store no longer knows what changed since that revision: read everything anew.</exception>
    IAsyncEnumerable<ResourceChange> WatchAsync(long afterRevision, CancellationToken cancellationToken = default);
}
