using Mesh.Model.Resources;

namespace Mesh.Global.Sync;

/// <summary>Is told of Meshes and Zones, with which everything goes that is in them or of them. One call at a time.</summary>
internal interface IOwnerObserver
{
    /// <summary>A Mesh or a Zone is stored so now: something may wait for it.</summary>
    void OwnerStored(ResourceKey owner);

    /// <summary>A Mesh or a Zone is gone, and all that it owned.</summary>
    void OwnerDeleted(ResourceKey owner);
}
