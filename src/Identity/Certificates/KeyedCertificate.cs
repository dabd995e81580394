namespace Mesh.Identity.Certificates;

/// <summary>A certificate and its private key.</summary>
/// <param name="CertificatePem">The certificate, PEM.</param>
/// <param name="PrivateKeyPem">The key, PEM. Never logged.</param>
public sealed record KeyedCertificate(string CertificatePem, string PrivateKeyPem)
{
    /// <inheritdoc/>
    public override string ToString() => "certificate with key";
}
