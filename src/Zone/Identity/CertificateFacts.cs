namespace Mesh.Zone.Identity;

/// <summary>What is known of a proxy's certificate, without the certificate.</summary>
/// <param name="Issuer">KRI of the MeshIdentity that issued it.</param>
/// <param name="SpiffeId">The SPIFFE id it names.</param>
/// <param name="IssuedAt">When it was issued (UTC).</param>
/// <param name="ExpiresAt">When it ends (UTC).</param>
/// <param name="Count">How many this process has issued to the proxy.</param>
public sealed record CertificateFacts(string Issuer, string SpiffeId, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt, uint Count);
