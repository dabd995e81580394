using Mesh.Model.Resources;

namespace Mesh.Stores.Indexing;

/// <summary>What a write does: the state after it, its changes in order, and the resource to hand back.</summary>
internal sealed record StoreTransition(StoreState State, IReadOnlyList<StoredChange> Changes, Resource Result)
{
    /// <summary>One resource created or replaced.</summary>
    /// <param name="state">Before.</param>
    /// <param name="resource">As it is stored, with the next revision.</param>
    /// <param name="replaced">What it replaces; null: it is new.</param>
    public static StoreTransition OfPut(StoreState state, Resource resource, Resource? replaced) =>
        new(state.Put(resource), [StoredChange.Put(resource, replaced)], resource);
}
