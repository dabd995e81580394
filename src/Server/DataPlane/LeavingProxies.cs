using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;

namespace Mesh.Server.DataPlane;

/// <summary>Takes proxies out of rotation that are about to leave: their inbounds are no longer ready, so nobody new is sent there.</summary>
internal sealed class LeavingProxies(IResourceStore store)
{
    private const int Attempts = 20;

    /// <summary>Labels of a stored Dataplane; null: there is none.</summary>
    public async ValueTask<IReadOnlyDictionary<string, string>?> FindLabelsAsync(string mesh, string name, CancellationToken cancellationToken) =>
        (await store.GetAsync(new ResourceKey(DataplaneKind.Name, mesh, name), cancellationToken))?.Labels;

    /// <summary>Marks every inbound as not ready. A proxy that comes back registers itself as ready again.</summary>
    public async ValueTask TakeOutAsync(string mesh, string name, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var dataplane = await store.GetAsync(new ResourceKey(DataplaneKind.Name, mesh, name), cancellationToken);
            if (dataplane?.Spec is not DataplaneSpec { Networking: { Inbound: { } inbounds } networking } spec
                || inbounds.All(inbound => inbound.State == DataplaneInbound.NotReady))
            {
                return;
            }

            var notReady = inbounds.Select(inbound => inbound with { State = DataplaneInbound.NotReady }).ToList();
            try
            {
                await store.UpdateAsync(dataplane with { Spec = spec with { Networking = networking with { Inbound = notReady } } }, cancellationToken);
                return;
            }
            catch (StoreException race) when (race is ResourceConflictException && attempt < Attempts)
            {
                // Someone else wrote it meanwhile: it is leaving all the same.
            }
            catch (ResourceNotFoundException)
            {
                return;
            }
        }
    }
}
