using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Identity.Spiffe;

namespace Mesh.Identity.Certificates;

/// <summary>
/// The control plane's own authority, with a generated or a given certificate. Leaves are ECDSA P-256 certificates as
/// the X509-SVID standard has them: no subject, one critical URI name, signatures only, no CA.
/// </summary>
/// <param name="authority">What signs; stays the caller's.</param>
/// <param name="clock">Source of issue times.</param>
public sealed class BundledAuthority(CertificateAuthority authority, TimeProvider clock) : IAuthority
{
    /// <inheritdoc/>
    public string Id => authority.Id;

    /// <inheritdoc/>
    public string TrustBundlePem => authority.CertificatePem;

    /// <inheritdoc/>
    public ValueTask<Leaf> IssueAsync(SpiffeId id, TimeSpan validity, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<Leaf>(cancellationToken)
            : ValueTask.FromResult(Issue(id, validity));

    /// <summary>Issues a certificate with a new key, valid from now.</summary>
    /// <exception cref="CertificateException">The authority has ended, has not begun, or the validity is too short.</exception>
    public Leaf Issue(SpiffeId id, TimeSpan validity)
    {
        var now = CertificateProfile.ToSecond(clock.GetUtcNow());
        return Issue(id, now, now + validity);
    }

    /// <summary>Issues a certificate with a new key for a given time, which may have begun.</summary>
    /// <param name="id">Whom it names.</param>
    /// <param name="issuedAt">Begin of its life.</param>
    /// <param name="expiresAt">End of its life; a leaf never outlives its authority.</param>
    /// <exception cref="CertificateException">The authority has ended, has not begun, or the validity is too short.</exception>
    public Leaf Issue(SpiffeId id, DateTimeOffset issuedAt, DateTimeOffset expiresAt)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (expiresAt - issuedAt < LeafSchedule.ShortestValidity)
        {
            throw new CertificateException($"a validity of {expiresAt - issuedAt} is too short; the shortest is {LeafSchedule.ShortestValidity}");
        }

        var now = clock.GetUtcNow();
        if (now >= authority.NotAfter || now < authority.NotBefore)
        {
            throw new CertificateException($"the authority is valid from {authority.NotBefore:u} to {authority.NotAfter:u} only");
        }

        // A leaf never outlives its authority, nor begins before it.
        var until = expiresAt < authority.NotAfter ? expiresAt : authority.NotAfter;
        var from = issuedAt - CertificateProfile.Backdating > authority.NotBefore ? issuedAt - CertificateProfile.Backdating : authority.NotBefore;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(id.ToString()));
        var certificate = authority.Sign(new LeafRequest
        {
            PublicKeyInfo = key.ExportSubjectPublicKeyInfo(),
            Extensions = CertificateProfile.Leaf(names, authority, server: true, client: true),
            NotBefore = from,
            NotAfter = until,
            SerialNumber = CertificateProfile.NewSerialNumber(),
        });
        return new Leaf(id, certificate, key.ExportPkcs8PrivateKeyPem() + "\n", CertificateProfile.ToSecond(issuedAt), CertificateProfile.ToSecond(until));
    }
}
