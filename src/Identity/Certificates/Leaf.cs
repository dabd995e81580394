using Mesh.Identity.Spiffe;

namespace Mesh.Identity.Certificates;

/// <summary>A certificate of a workload with its key.</summary>
/// <param name="Id">Whom it names.</param>
/// <param name="CertificatePem">The certificate and what stands between it and the root, PEM.</param>
/// <param name="PrivateKeyPem">Its key, PEM. Never logged.</param>
/// <param name="IssuedAt">Begin of its life.</param>
/// <param name="ExpiresAt">End of its life; not after its authority's.</param>
public sealed record Leaf(SpiffeId Id, string CertificatePem, string PrivateKeyPem, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt)
{
    /// <inheritdoc/>
    public override string ToString() => $"certificate of {Id} until {ExpiresAt:u}";
}
