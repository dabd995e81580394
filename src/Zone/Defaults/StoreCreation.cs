using Mesh.Model.Resources;
using Mesh.Model.Stores;

namespace Mesh.Zone.Defaults;

/// <summary>Creating what may be there already.</summary>
internal static class StoreCreation
{
    /// <summary>Creates a resource; false: there is one of its key, which is left alone.</summary>
    public static async ValueTask<bool> TryCreateAsync(this IResourceStore store, Resource resource, CancellationToken cancellationToken)
    {
        if (await store.GetAsync(resource.Key, cancellationToken).ConfigureAwait(false) is not null)
        {
            return false;
        }

        try
        {
            await store.CreateAsync(resource, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ResourceExistsException)
        {
            return false;
        }
    }
}
