using Google.Protobuf;

namespace Mesh.Zone.Secrets;

/// <summary>What protects the admin listener of a proxy. Holds a private key: never log it. Value equality.</summary>
/// <param name="CertificateChain">Certificate for the proxy's address, PEM.</param>
/// <param name="PrivateKey">Its key, PEM.</param>
/// <param name="Authority">CA that signs the control plane's client certificate, PEM.</param>
public sealed record AdminCertificate(ByteString CertificateChain, ByteString PrivateKey, ByteString Authority)
{
    /// <inheritdoc/>
    public override string ToString() => "admin certificate";
}
