using Mesh.Model.Resources;
using Mesh.Model.Stores;

namespace Mesh.Stores.Indexing;

/// <summary>One write as it was asked for: decides, against a state, what would change. Pure; throws what the contract says.</summary>
internal abstract record StoreWrite
{
    /// <summary>What the write would do to a state.</summary>
    /// <exception cref="StoreException">The write is refused.</exception>
    public abstract StoreTransition Apply(StoreState state, DateTimeOffset now);

    /// <summary>Stores a new resource.</summary>
    internal sealed record Create(Resource Resource) : StoreWrite
    {
        /// <inheritdoc/>
        public override StoreTransition Apply(StoreState state, DateTimeOffset now)
        {
            if (state.Find(Resource.Key) is not null)
            {
                throw new ResourceExistsException(Resource.Key);
            }

            foreach (var owner in StoreState.OwnersOf(Resource))
            {
                if (state.Find(owner) is null)
                {
                    throw new ResourceOwnerMissingException(Resource.Key, owner);
                }
            }

            return StoreTransition.OfPut(state, Resource with { Version = 1, Revision = state.Revision + 1, CreationTime = now, ModificationTime = now }, null);
        }
    }

    /// <summary>Replaces a resource.</summary>
    internal sealed record Update(Resource Resource) : StoreWrite
    {
        /// <inheritdoc/>
        public override StoreTransition Apply(StoreState state, DateTimeOffset now)
        {
            var stored = Existing(state, Resource.Key, Resource.Version);
            var resource = Resource with
            {
                Version = stored.Version + 1,
                Revision = state.Revision + 1,
                CreationTime = stored.CreationTime,
                ModificationTime = now,
                Owner = stored.Owner,
            };
            return StoreTransition.OfPut(state, resource, stored);
        }
    }

    /// <summary>Deletes a resource and what it owns.</summary>
    internal sealed record Delete(ResourceKey Key, long? ExpectedVersion) : StoreWrite
    {
        /// <inheritdoc/>
        public override StoreTransition Apply(StoreState state, DateTimeOffset now)
        {
            var root = Existing(state, Key, ExpectedVersion);
            var doomed = state.OwnedBy(Key);
            var changes = new List<StoredChange>(doomed.Count + 1);

            // What is owned goes first, so that a watcher never sees a resource whose owner is gone.
            for (var i = doomed.Count - 1; i >= -1; i--)
            {
                var resource = i < 0 ? root : state.Find(doomed[i])!;
                state = state.Remove(resource);
                changes.Add(StoredChange.Deleted(resource, state.Revision));
            }

            return new StoreTransition(state, changes, root);
        }
    }

    private static Resource Existing(StoreState state, ResourceKey key, long? expectedVersion)
    {
        var stored = state.Find(key) ?? throw new ResourceNotFoundException(key);
        return expectedVersion is { } expected && expected != stored.Version
            ? throw new ResourceConflictException(key, expected, stored.Version)
            : stored;
    }
}
