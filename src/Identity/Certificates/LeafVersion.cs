using System.Globalization;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;
using Mesh.Identity.Spiffe;

namespace Mesh.Identity.Certificates;

/// <summary>
/// What a workload's certificate is known by: issuer, subject, times and whose it is. It travels as the version of the secret, so
/// that after a restart a certificate that a proxy still has is recognised as good without having been stored.
/// </summary>
/// <param name="IssuerId">Id of the authority, <see cref="CertificateAuthority.Id"/>.</param>
/// <param name="SubjectHash">First 16 hex digits of the SPIFFE id's SHA-256.</param>
/// <param name="IssuedAt">When it was issued, to the second.</param>
/// <param name="ExpiresAt">When it ends, to the second.</param>
/// <param name="HolderHash">16 hex digits of whose it is: proxies of one workload share a name but not a key.</param>
public readonly record struct LeafVersion(string IssuerId, string SubjectHash, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt, string HolderHash)
{
    private const string Prefix = "leaf1";
    private const int HashDigits = 16;

    /// <summary>The version of a certificate.</summary>
    /// <param name="issuerId">Id of the authority.</param>
    /// <param name="subject">Whom it names.</param>
    /// <param name="issuedAt">Begin of its life.</param>
    /// <param name="expiresAt">End of its life.</param>
    /// <param name="holder">Whose it is, any text that differs between proxies.</param>
    public static LeafVersion Of(string issuerId, SpiffeId subject, DateTimeOffset issuedAt, DateTimeOffset expiresAt, string holder) =>
        new(
            issuerId,
            HashOf(subject),
            CertificateProfile.ToSecond(issuedAt),
            CertificateProfile.ToSecond(expiresAt),
            XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(holder)).ToString("x16", CultureInfo.InvariantCulture));

    /// <summary>Reads a version as a proxy reports it.</summary>
    public static bool TryParse(string? text, out LeafVersion version)
    {
        version = default;
        if (text is null
            || text.Length > 128
            || text.Split('-') is not [Prefix, { Length: HashDigits } issuer, { Length: HashDigits } subject, var from, var until, { Length: HashDigits } holder])
        {
            return false;
        }

        if (!TryParseTime(from, out var issuedAt) || !TryParseTime(until, out var expiresAt) || expiresAt <= issuedAt)
        {
            return false;
        }

        version = new LeafVersion(issuer, subject, issuedAt, expiresAt, holder);
        return true;
    }

    /// <summary>When it is to be replaced: after 80 % of its life.</summary>
    public DateTimeOffset RotateAt => LeafSchedule.RotateAt(IssuedAt, ExpiresAt);

    /// <summary>
    /// True when a proxy that has this certificate needs no other until <paramref name="current"/> is replaced: same issuer, subject and holder,
    /// no longer a life, not yet to be replaced, and then still with half of the time that is left when certificates are replaced.
    /// </summary>
    /// <param name="current">The certificate that it would get now.</param>
    /// <param name="now">The present.</param>
    public bool ServesAs(LeafVersion current, DateTimeOffset now) =>
        IssuerId == current.IssuerId
        && SubjectHash == current.SubjectHash
        && HolderHash == current.HolderHash
        && ExpiresAt - IssuedAt <= current.ExpiresAt - current.IssuedAt
        && IssuedAt <= now + CertificateProfile.Skew
        && now < RotateAt
        && ExpiresAt - current.RotateAt >= (current.ExpiresAt - current.RotateAt) / 2;

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Prefix}-{IssuerId}-{SubjectHash}-{IssuedAt.ToUnixTimeSeconds()}-{ExpiresAt.ToUnixTimeSeconds()}-{HolderHash}");

    private static string HashOf(SpiffeId subject) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(subject.ToString())))[..HashDigits];

    private static bool TryParseTime(string text, out DateTimeOffset time)
    {
        time = default;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > 253_402_300_799)
        {
            return false;
        }

        time = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return true;
    }
}
