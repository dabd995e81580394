using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;

namespace Mesh.Server.DataPlane;

/// <summary>Takes proxies out of rotation that are about to leave, and puts them in when they listen: the state of their inbounds.</summary>
internal sealed class ProxyRotation(IResourceStore store)
{
    private const int Attempts = 20;

    /// <summary>Labels of a stored Dataplane; null: there is none.</summary>
    public async ValueTask<IReadOnlyDictionary<string, string>?> FindLabelsAsync(string mesh, string name, CancellationToken cancellationToken) =>
        (await store.GetAsync(new ResourceKey(DataplaneKind.Name, mesh, name), cancellationToken))?.Labels;

    /// <summary>Marks every inbound as not ready. A proxy that comes back is put in again when it listens.</summary>
    public ValueTask TakeOutAsync(string mesh, string name, CancellationToken cancellationToken) =>
        ChangeAsync(mesh, name, inbound => inbound with { State = DataplaneInbound.NotReady }, cancellationToken);

    /// <summary>Marks the inbounds of these ports as ready.</summary>
    /// <exception cref="StoreException">The store takes no writes now.</exception>
    public ValueTask PutInAsync(string mesh, string name, IReadOnlyList<uint> ports, CancellationToken cancellationToken) =>
        ChangeAsync(mesh, name, inbound => ports.Contains(inbound.Port) ? inbound with { State = null } : inbound, cancellationToken);

    private async ValueTask ChangeAsync(string mesh, string name, Func<DataplaneInbound, DataplaneInbound> change, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var dataplane = await store.GetAsync(new ResourceKey(DataplaneKind.Name, mesh, name), cancellationToken);
            if (dataplane?.Spec is not DataplaneSpec { Networking: { Inbound: { } inbounds } networking } spec)
            {
                return;
            }

            var changed = inbounds.Select(change).ToList();
            if (changed.SequenceEqual(inbounds))
            {
                return;
            }

            try
            {
                await store.UpdateAsync(dataplane with { Spec = spec with { Networking = networking with { Inbound = changed } } }, cancellationToken);
                return;
            }
            catch (ResourceConflictException) when (attempt < Attempts)
            {
                // Someone else wrote it meanwhile: what is to change is the same.
            }
            catch (ResourceNotFoundException)
            {
                return;
            }
        }
    }
}
