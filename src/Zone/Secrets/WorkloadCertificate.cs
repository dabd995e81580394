using Google.Protobuf;

namespace Mesh.Zone.Secrets;

/// <summary>The certificate that proves a proxy's identity now. Holds a private key: never log it.</summary>
/// <param name="CertificateChain">Leaf first, PEM.</param>
/// <param name="PrivateKey">Key of the leaf, PEM.</param>
/// <param name="Version">
/// Names issuer and expiry, so that after a restart one still good is recognised without having been stored: the proxy's
/// report of this version is all that is needed. Not empty.
/// </param>
public sealed record WorkloadCertificate(ByteString CertificateChain, ByteString PrivateKey, string Version)
{
    /// <inheritdoc/>
    public override string ToString() => $"certificate {Version}";
}
