using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Zone.Control;
using Mesh.Zone.Control.Loop;

namespace Mesh.Zone.Lifecycle;

/// <summary>Stores the Dataplane that a proxy brings along. One that is there already, the same, is not written again.</summary>
/// <param name="store">Where Dataplanes are.</param>
/// <param name="options">Whether inbounds are probed.</param>
public sealed class DataplaneRegistration(IResourceStore store, ZoneControlOptions options)
{
    private const int Attempts = 20;

    /// <summary>Creates or updates a Dataplane.</summary>
    /// <param name="wanted">The Dataplane: validated, with computed labels.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The Dataplane as stored.</returns>
    /// <exception cref="ResourceOwnerMissingException">There is no such mesh.</exception>
    public async ValueTask<Resource> RegisterAsync(Resource wanted, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        for (var attempt = 1; ; attempt++)
        {
            var known = await store.GetAsync(wanted.Key, cancellationToken).ConfigureAwait(false);
            var spec = wanted.SpecAs<DataplaneSpec>();
            spec = options.IsHealthDiscoveryEnabled ? ServiceProbes.Register(spec, (DataplaneSpec?)known?.Spec) : spec;
            try
            {
                if (known is null)
                {
                    return await store.CreateAsync(wanted with { Spec = spec }, cancellationToken).ConfigureAwait(false);
                }

                return ModelEquality.Same(known.Spec, spec) && ModelEquality.SameLabels(known.Labels, wanted.Labels)
                    ? known
                    : await store.UpdateAsync(known with { Labels = wanted.Labels, Spec = spec }, cancellationToken).ConfigureAwait(false);
            }
            catch (StoreException race) when (
                race is ResourceExistsException or ResourceConflictException or ResourceNotFoundException && attempt < Attempts)
            {
                // Somebody wrote meanwhile; what the proxy wants holds for the newer one too.
            }
        }
    }
}
