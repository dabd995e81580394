using System.Security.Cryptography.X509Certificates;

namespace Mesh.Identity.Certificates;

/// <summary>What a leaf is to say.</summary>
internal sealed record LeafRequest
{
    /// <summary>The leaf's public key: SubjectPublicKeyInfo, DER.</summary>
    public required ReadOnlyMemory<byte> PublicKeyInfo { get; init; }

    /// <summary>Its extensions, in order.</summary>
    public required IReadOnlyList<X509Extension> Extensions { get; init; }

    /// <summary>Begin of its validity.</summary>
    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>End of its validity.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>Its serial number, positive, big-endian.</summary>
    public required ReadOnlyMemory<byte> SerialNumber { get; init; }
}
