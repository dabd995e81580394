using Mesh.Model.Resources;
using Mesh.Model.Stores;

namespace Mesh.Stores.Indexing;

/// <summary>What a write does: the state after it, its changes in order, and the resource to hand back.</summary>
internal sealed record StoreTransition(StoreState State, IReadOnlyList<ResourceChange> Changes, Resource Result)
{
    /// <summary>One resource created or replaced.</summary>
    public static StoreTransition OfPut(StoreState state, Resource resource)
    {
        var next = state.Put(resource);
        return new StoreTransition(next, [new ResourceChange(ChangeKind.Put, resource.Key, resource, next.Revision)], resource);
    }
}
