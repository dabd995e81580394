using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;

namespace Mesh.Server.Kds.Zone;

/// <summary>
/// A note in the zone's store that it does not have yet what it once sent. A zone that is restarted meanwhile has meshes already, and would take what there is
/// for all that it has.
/// </summary>
/// <param name="store">The zone's store.</param>
internal sealed class RestorationNote(IResourceStore store)
{
    private static readonly ResourceKey _key = new(ConfigKind.Name, "", "zone-restoration");

    /// <summary>Whether it was left.</summary>
    public async ValueTask<bool> IsThereAsync(CancellationToken cancellationToken) => await store.GetAsync(_key, cancellationToken) is not null;

    /// <summary>Leaves it.</summary>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        try
        {
            await store.CreateAsync(new Resource { Descriptor = ConfigKind.Resource, Name = _key.Name, Spec = new ConfigSpec { Config = "pending" } }, cancellationToken);
        }
        catch (ResourceExistsException)
        {
            // It was left before.
        }
    }

    /// <summary>Takes it away.</summary>
    public async Task TakeAwayAsync(CancellationToken cancellationToken)
    {
        try
        {
            await store.DeleteAsync(_key, cancellationToken: cancellationToken);
        }
        catch (ResourceNotFoundException)
        {
            // It was not left.
        }
    }
}
