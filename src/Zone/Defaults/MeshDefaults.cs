using System.Collections.Frozen;
using Mesh.Identity.Secrets;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Zone.Control;
using Mesh.Zone.Control.Workloads;

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
    private const string AllKinds = "*";

    /// <summary>Creates what a mesh lacks. What is there already stays as it is.</summary>
    /// <param name="mesh">The Mesh, as stored.</param>
    /// <param name="cancellationToken">Gives up; calling again completes it.</param>
    /// <exception cref="ResourceOwnerMissingException">The Mesh was deleted meanwhile.</exception>
    public async ValueTask CreateAsync(Resource mesh, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        var skipped = mesh.SpecAs<MeshSpec>().SkipCreatingInitialPolicies ?? [];
        if (!skipped.Contains(AllKinds))
        {
            foreach (var kind in catalog.All.Where(kind => kind.MeshDefaults is not null && !skipped.Contains(kind.Kind)))
            {
                foreach (var item in kind.MeshDefaults!(mesh.Name))
                {
                    await store.TryCreateAsync(New(kind, mesh.Name, item), cancellationToken).ConfigureAwait(false);
                }
            }
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

    private Resource New(ResourceDescriptor kind, string mesh, MeshDefault item) => new()
    {
        Descriptor = kind,
        Mesh = mesh,
        Name = item.Name,
        Labels = GeneratedLabels.OfZone(mesh, item.Name, options).ToFrozenDictionary(StringComparer.Ordinal),
        Spec = item.Spec,
    };
}
