namespace Mesh.Zone.View;

/// <summary>CAs of one trust domain.</summary>
/// <param name="Name">Trust domain.</param>
/// <param name="Pem">Its CA certificates, PEM, one after another.</param>
public sealed record TrustDomainBundle(string Name, string Pem);
