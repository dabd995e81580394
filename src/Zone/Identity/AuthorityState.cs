using Mesh.Identity.Certificates;

namespace Mesh.Zone.Identity;

/// <summary>What stands behind a MeshIdentity now.</summary>
/// <param name="Authority">Who issues; null when nobody here does.</param>
/// <param name="Since">From when on it could issue.</param>
/// <param name="Failure">Why nobody does; empty when somebody does.</param>
/// <param name="Hold">Who waits for a certificate; null: nobody.</param>
internal sealed record AuthorityState(CertificateAuthority? Authority, DateTimeOffset Since, string Failure, AuthorityHold? Hold = null);
