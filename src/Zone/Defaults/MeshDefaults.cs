using Mesh.Identity.Secrets;
using Mesh.Model.Kinds;
using Mesh.Model.Labels;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Zone.Control;

namespace Mesh.Zone.Defaults;

/// <summary>
/// What every new mesh gets: the policies that the catalogue lists for it and a key that signs its dataplane tokens
/// (contract §2.5). Whoever creates a Mesh calls this before answering, so that its client sees them at once.
/// </summary>
/// <param name="store">Where meshes are.</param>
/// <param name="catalog">Kinds and their defaults.</param>
/// <param name="keys">Token keys in the same store.</param>
/// <param name="options">Zone and environment, for labels.</param>
public sealed class MeshDefaults(IResourceStore store, ResourceCatalog catalog, TokenKeys keys, ZoneControlOptions options)
{
    /// <summary>Creates what a mesh lacks. What is there already stays as it is.</summary>
    /// <param name="mesh">The Mesh, as stored.</param>
    /// <param name="cancellationToken">Gives up; calling again completes it.</param>
    /// <exception cref="ResourceOwnerMissingException">The Mesh was deleted meanwhile.</exception>
    public async ValueTask CreateAsync(Resource mesh, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        foreach (var policy in InitialPolicies.Of(catalog, mesh, new LabelContext { Zone = options.Zone, Environment = options.Environment }))
        {
            await store.TryCreateAsync(policy, cancellationToken).ConfigureAwait(false);
        }

        // Last: a mesh with a key is known to be complete.
        await keys.EnsureForDataplanesAsync(mesh.Name, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Completes a mesh whose creation broke off. One that is complete is left alone: what its owner deleted stays deleted.</summary>
    public async ValueTask CompleteAsync(Resource mesh, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        var set = await keys.ForDataplanesAsync(mesh.Name, cancellationToken).ConfigureAwait(false);
        if (set.Issuing is null)
        {
            await CreateAsync(mesh, cancellationToken).ConfigureAwait(false);
        }
    }
}
