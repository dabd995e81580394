using Mesh.Model.Resources;
using Mesh.Model.Stores;

namespace Mesh.Stores.Indexing;

/// <summary>One change of a write, with what was stored before it.</summary>
/// <param name="Change">The change.</param>
/// <param name="Replaced">The resource that stood under this key until then: replaced, or deleted; null: there was none.</param>
internal readonly record struct StoredChange(ResourceChange Change, Resource? Replaced)
{
    /// <summary>A resource was created or replaced. Its revision is that of the change.</summary>
    public static StoredChange Put(Resource resource, Resource? replaced) =>
        new(new ResourceChange(ChangeKind.Put, resource.Key, resource, resource.Revision), replaced);

    /// <summary>A resource was deleted.</summary>
    public static StoredChange Deleted(Resource resource, long revision) =>
        new(new ResourceChange(ChangeKind.Deleted, resource.Key, resource, revision), resource);
}
