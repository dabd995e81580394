using Mesh.Model.Resources;

namespace Mesh.Sync.Following;

/// <summary>Is told what a store holds and how it changes. One call at a time.</summary>
public interface IStoreObserver
{
    /// <summary>Whether it wants to hear of a kind.</summary>
    bool Observes(string kind);

    /// <summary>A resource is stored so now.</summary>
    void Put(Resource resource);

    /// <summary>A resource is gone.</summary>
    void Deleted(ResourceKey key);

    /// <summary>Everything that exists was told.</summary>
    void Synced();
}
