using Mesh.Identity.Certificates;
using Mesh.Identity.Secrets;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Zone.Control;

namespace Mesh.Zone.Defaults;

/// <summary>What a zone control plane creates when it starts and finds missing. Until it is done, the control plane is not ready.</summary>
/// <param name="store">The store.</param>
/// <param name="meshes">Defaults of meshes.</param>
/// <param name="keys">Token keys in the same store.</param>
/// <param name="authorities">Authorities in the same store.</param>
/// <param name="clock">Source of time.</param>
/// <param name="options">What to leave out.</param>
internal sealed class SystemDefaults(
    IResourceStore store, MeshDefaults meshes, TokenKeys keys, Authorities authorities, TimeProvider clock, ZoneControlOptions options)
{
    private const string DefaultMesh = "default";

    /// <summary>Creates what is missing.</summary>
    /// <returns>The authority of the proxies' admin endpoints.</returns>
    public async ValueTask<CertificateAuthority> CreateAsync(CancellationToken cancellationToken)
    {
        // RSA keys take most of a first start: all of them are made at once.
        var adminAuthority = authorities.EnsureEnvoyAdminAsync(cancellationToken).AsTask();
        var zoneKeys = options.IsFederated ? Task.CompletedTask : keys.EnsureForZonesAsync(cancellationToken).AsTask();
        await store.TryCreateAsync(New(ZoneKind.Resource, options.Zone, new ZoneSpec()), cancellationToken).ConfigureAwait(false);
        await keys.EnsureForUsersAsync(cancellationToken).ConfigureAwait(false);
        if (options.BootstrapAdminToken)
        {
            await new AdminToken(store, keys, clock).EnsureAsync(cancellationToken).ConfigureAwait(false);
        }

        using (await authorities.EnsureInterControlPlaneAsync(cancellationToken).ConfigureAwait(false))
        {
            // Only its being there counts.
        }

        if (!options.SkipHostnameGenerators)
        {
            foreach (var generator in HostnameGeneratorDefaults.For(options.Environment))
            {
                await store.TryCreateAsync(generator, cancellationToken).ConfigureAwait(false);
            }
        }

        if (!options.IsFederated)
        {
            await CreateMeshesAsync(cancellationToken).ConfigureAwait(false);
        }

        await zoneKeys.ConfigureAwait(false);
        return await adminAuthority.ConfigureAwait(false);
    }

    private static Resource New(ResourceDescriptor kind, string name, object spec) => new() { Descriptor = kind, Name = name, Spec = spec };

    private async ValueTask CreateMeshesAsync(CancellationToken cancellationToken)
    {
        if (!options.SkipMeshCreation)
        {
            await store.TryCreateAsync(New(MeshKind.Resource, DefaultMesh, new MeshSpec()), cancellationToken).ConfigureAwait(false);
        }

        var all = await store.ListAsync(new ResourceQuery { Kind = MeshKind.Name }, cancellationToken).ConfigureAwait(false);
        foreach (var mesh in all.Items)
        {
            await meshes.CompleteAsync(mesh, cancellationToken).ConfigureAwait(false);
        }
    }
}
