using Mesh.Identity.Spiffe;

namespace Mesh.Identity.Certificates;

/// <summary>Issues certificates to workloads: the control plane's own authority, or one behind an extension.</summary>
public interface IAuthority
{
    /// <summary>What it is known by in versions of certificates; changes when its certificate does.</summary>
    string Id { get; }

    /// <summary>The certificates that vouch for what it issues, PEM.</summary>
    string TrustBundlePem { get; }

    /// <summary>Issues a certificate with a new key.</summary>
    /// <param name="id">Whom it names.</param>
    /// <param name="validity">For how long, from now.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CertificateException">It cannot.</exception>
    ValueTask<Leaf> IssueAsync(SpiffeId id, TimeSpan validity, CancellationToken cancellationToken = default);
}
