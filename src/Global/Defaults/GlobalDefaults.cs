using Mesh.Identity.Secrets;
using Mesh.Model.Kinds;
using Mesh.Model.Labels;
using Mesh.Model.Resources;
using Mesh.Model.Stores;

namespace Mesh.Global.Defaults;

/// <summary>
/// What a Global creates when it starts and finds missing, and what it gives to every new mesh (contract §1.9, §2.5). Until it is
/// done, the control plane is not ready.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="catalog">Kinds and their defaults.</param>
/// <param name="keys">Token keys in the same store.</param>
/// <param name="authorities">Authorities in the same store.</param>
/// <param name="clock">Source of time.</param>
/// <param name="options">What to leave out.</param>
public sealed class GlobalDefaults(
    IResourceStore store, ResourceCatalog catalog, TokenKeys keys, Authorities authorities, TimeProvider clock, GlobalDefaultsOptions options)
{
    private const string DefaultMesh = "default";
    private const string ClusterIdConfig = "kuma-cluster-id";

    private static readonly LabelContext _labels = new() { IsGlobal = true, Zone = "" };

    /// <summary>Creates what is missing.</summary>
    /// <exception cref="StoreException">The store refused something.</exception>
    public async Task CreateAsync(CancellationToken cancellationToken = default)
    {
        // RSA keys take most of a first start: all of them are made at once.
        var zoneKeys = keys.EnsureForZonesAsync(cancellationToken).AsTask();
        await keys.EnsureForUsersAsync(cancellationToken).ConfigureAwait(false);
        if (options.BootstrapAdminToken)
        {
            await new AdminToken(store, keys, clock).EnsureAsync(cancellationToken).ConfigureAwait(false);
        }

        using (await authorities.EnsureInterControlPlaneAsync(cancellationToken).ConfigureAwait(false))
        {
            // Only its being there counts.
        }

        await TryCreateAsync(New(ConfigKind.Resource, ClusterIdConfig, new ConfigSpec { Config = store.StoreId.ToString() }), cancellationToken).ConfigureAwait(false);
        if (!options.SkipHostnameGenerators)
        {
            foreach (var generator in GlobalHostnameGenerators.All())
            {
                await TryCreateAsync(generator, cancellationToken).ConfigureAwait(false);
            }
        }

        if (!options.SkipMeshCreation)
        {
            await TryCreateAsync(New(MeshKind.Resource, DefaultMesh, new MeshSpec()), cancellationToken).ConfigureAwait(false);
        }

        await CompleteMeshesAsync(cancellationToken).ConfigureAwait(false);
        await zoneKeys.ConfigureAwait(false);
    }

    /// <summary>Creates what a new mesh begins with: policies and a key that signs its dataplane tokens.</summary>
    /// <exception cref="ResourceOwnerMissingException">The Mesh was deleted meanwhile.</exception>
    public async ValueTask CompleteMeshAsync(Resource mesh, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        foreach (var policy in InitialPolicies.Of(catalog, mesh, _labels))
        {
            await TryCreateAsync(policy, cancellationToken).ConfigureAwait(false);
        }

        // Last: a mesh with a key is known to be complete.
        await keys.EnsureForDataplanesAsync(mesh.Name, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Completes meshes whose creation broke off. Those that are complete are left alone: what was deleted stays deleted.</summary>
    private async Task CompleteMeshesAsync(CancellationToken cancellationToken)
    {
        var all = await store.ListAsync(new ResourceQuery { Kind = MeshKind.Name }, cancellationToken).ConfigureAwait(false);
        foreach (var mesh in all.Items)
        {
            if ((await keys.ForDataplanesAsync(mesh.Name, cancellationToken).ConfigureAwait(false)).Issuing is null)
            {
                await CompleteMeshAsync(mesh, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static Resource New(ResourceDescriptor kind, string name, object spec) => new() { Descriptor = kind, Name = name, Spec = spec };

    private async ValueTask TryCreateAsync(Resource resource, CancellationToken cancellationToken)
    {
        if (await store.GetAsync(resource.Key, cancellationToken).ConfigureAwait(false) is not null)
        {
            return;
        }

        try
        {
            await store.CreateAsync(resource, cancellationToken).ConfigureAwait(false);
        }
        catch (ResourceExistsException)
        {
            // Somebody else was faster.
        }
    }
}
