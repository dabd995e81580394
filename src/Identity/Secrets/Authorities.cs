using Mesh.Identity.Certificates;
using Mesh.Model.Resources;
using Mesh.Model.Stores;

namespace Mesh.Identity.Secrets;

/// <summary>Authorities that the control plane makes and keeps as secrets.</summary>
public sealed class Authorities(IResourceStore store, TimeProvider clock) : IDisposable
{
    private const string EnvoyAdminName = "Envoy Admin CA";
    private const string InterControlPlaneName = "Control Plane Intercommunication CA";
    private const int Attempts = 5;

    private readonly SecretStore _secrets = new(store);

    // Two makers of one pair would mix their halves; across processes only a leader makes authorities.
    private readonly SemaphoreSlim _making = new(1);

    /// <summary>The generated authority of a MeshIdentity; made when there is none yet. The caller owns what is returned.</summary>
    /// <param name="identity">Key of the MeshIdentity, with which its secrets go.</param>
    /// <param name="trustDomain">Trust domain it vouches for.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CertificateException">What is stored cannot be used.</exception>
    /// <exception cref="StoreException">It cannot be stored.</exception>
    public async ValueTask<CertificateAuthority> EnsureForIdentityAsync(
        ResourceKey identity, string trustDomain, CancellationToken cancellationToken = default)
    {
        await _making.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await ReadOrMakeAsync(identity, trustDomain, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _making.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _making.Dispose();

    private async ValueTask<CertificateAuthority> ReadOrMakeAsync(
        ResourceKey identity, string trustDomain, CancellationToken cancellationToken)
    {
        var certificateName = SecretNames.RootCa(identity.Name);
        var keyName = SecretNames.PrivateKey(identity.Name);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var certificate = await _secrets.ReadAsync(identity.Mesh, certificateName, cancellationToken).ConfigureAwait(false);
            var key = await _secrets.ReadAsync(identity.Mesh, keyName, cancellationToken).ConfigureAwait(false);
            if (certificate is not null && key is not null)
            {
                return CertificateAuthority.Load(certificate, key);
            }

            // Half a pair is what a crash left: the certificate is written last, so nobody was given one without its key.
            await _secrets.RemoveAsync(identity.Mesh, certificateName, cancellationToken).ConfigureAwait(false);
            await _secrets.RemoveAsync(identity.Mesh, keyName, cancellationToken).ConfigureAwait(false);
            var made = CertificateAuthority.GenerateEc(trustDomain, clock.GetUtcNow(), trustDomain);
            if (await _secrets.TryCreateAsync(identity.Mesh, keyName, made.ExportPrivateKeyPem(), identity, cancellationToken).ConfigureAwait(false)
                && await _secrets.TryCreateAsync(identity.Mesh, certificateName, made.CertificatePem, identity, cancellationToken).ConfigureAwait(false))
            {
                return made;
            }

            made.Dispose();
        }

        throw new CertificateException($"the authority of {identity} is being written by someone else again and again");
    }

    /// <summary>Authority of the proxies' admin endpoints (GlobalSecret <c>envoy-admin-ca</c>); made when there is none yet.</summary>
    public ValueTask<CertificateAuthority> EnsureEnvoyAdminAsync(CancellationToken cancellationToken = default) =>
        EnsureGlobalAsync(SecretNames.EnvoyAdminCa, () => CertificateAuthority.GenerateRsa(EnvoyAdminName, clock.GetUtcNow()), cancellationToken);

    /// <summary>Authority between control planes (GlobalSecret <c>inter-cp-ca</c>); made when there is none yet.</summary>
    public ValueTask<CertificateAuthority> EnsureInterControlPlaneAsync(CancellationToken cancellationToken = default) =>
        EnsureGlobalAsync(SecretNames.InterControlPlaneCa, () => CertificateAuthority.GenerateEc(InterControlPlaneName, clock.GetUtcNow()), cancellationToken);

    private async ValueTask<CertificateAuthority> EnsureGlobalAsync(
        string name, Func<CertificateAuthority> generate, CancellationToken cancellationToken)
    {
        if (await _secrets.ReadAsync("", name, cancellationToken).ConfigureAwait(false) is { } kept)
        {
            return CertificateAuthority.Load(kept, kept);
        }

        using var made = await Task.Run(generate, cancellationToken).ConfigureAwait(false);
        await _secrets.TryCreateAsync("", name, made.CertificatePem + made.ExportPrivateKeyPem(), owner: null, cancellationToken).ConfigureAwait(false);

        // Read back: another replica may have been first.
        kept = await _secrets.ReadAsync("", name, cancellationToken).ConfigureAwait(false)
            ?? throw new CertificateException($"GlobalSecret {name} was deleted while it was made");
        return CertificateAuthority.Load(kept, kept);
    }
}
