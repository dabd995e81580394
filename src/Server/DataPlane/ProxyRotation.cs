using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;

namespace Mesh.Server.DataPlane;

/// <summary>Takes proxies out of rotation that are about to leave, and puts them in when they listen: the state of their inbounds and zone listeners.</summary>
internal sealed class ProxyRotation(IResourceStore store)
{
    private const int Attempts = 20;

    /// <summary>Labels of a stored Dataplane; null: there is none.</summary>
    public async ValueTask<IReadOnlyDictionary<string, string>?> FindLabelsAsync(string mesh, string name, CancellationToken cancellationToken) =>
        (await store.GetAsync(new ResourceKey(DataplaneKind.Name, mesh, name), cancellationToken))?.Labels;

    /// <summary>Marks every inbound and zone listener as not ready. A proxy that comes back is put in again when it listens.</summary>
    public ValueTask TakeOutAsync(string mesh, string name, CancellationToken cancellationToken) =>
        ChangeAsync(
            mesh,
            name,
            inbound => inbound with { State = DataplaneInbound.NotReady },
            listener => listener with { State = DataplaneListener.NotReady },
            cancellationToken);

    /// <summary>Marks the inbounds and zone listeners of these ports as ready.</summary>
    /// <exception cref="StoreException">The store takes no writes now.</exception>
    public ValueTask PutInAsync(string mesh, string name, IReadOnlyList<uint> ports, CancellationToken cancellationToken) =>
        ChangeAsync(
            mesh,
            name,
            inbound => ports.Contains(inbound.Port) ? inbound with { State = null } : inbound,
            listener => ports.Contains(listener.Port) ? listener with { State = null } : listener,
            cancellationToken);

    private async ValueTask ChangeAsync(
        string mesh,
        string name,
        Func<DataplaneInbound, DataplaneInbound> ofInbound,
        Func<DataplaneListener, DataplaneListener> ofListener,
        CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var dataplane = await store.GetAsync(new ResourceKey(DataplaneKind.Name, mesh, name), cancellationToken);
            if (dataplane?.Spec is not DataplaneSpec { Networking: { } networking } spec)
            {
                return;
            }

            var inbounds = networking.Inbound?.Select(ofInbound).ToList();
            var listeners = networking.Listeners?.Select(ofListener).ToList();
            if ((inbounds ?? []).SequenceEqual(networking.Inbound ?? []) && (listeners ?? []).SequenceEqual(networking.Listeners ?? []))
            {
                return;
            }

            var changed = spec with { Networking = networking with { Inbound = inbounds, Listeners = listeners } };

            try
            {
                await store.UpdateAsync(dataplane with { Spec = changed }, cancellationToken);
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
