using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mesh.Identity.Spiffe;

namespace Mesh.Identity.Certificates;

/// <summary>
/// What a workload's certificate is known by: issuer, subject and times. It travels as the version of the secret, so
/// that after a restart a certificate that a proxy still has is recognised as good without having been stored.
/// </summary>
/// <param name="IssuerId">Id of the authority, <see cref="CertificateAuthority.Id"/>.</param>
/// <param name="SubjectHash">First 16 hex digits of the SPIFFE id's SHA-256.</param>
/// <param name="IssuedAt">When it was issued, to the second.</param>
/// <param name="ExpiresAt">When it ends, to the second.</param>
public readonly record struct LeafVersion(string IssuerId, string SubjectHash, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt)
{
    private const string Prefix = "leaf1";
    private const int HashDigits = 16;

    /// <summary>The version of a certificate.</summary>
    public static LeafVersion Of(string issuerId, SpiffeId subject, DateTimeOffset issuedAt, DateTimeOffset expiresAt) =>
        new(issuerId, HashOf(subject), CertificateProfile.ToSecond(issuedAt), CertificateProfile.ToSecond(expiresAt));

    /// <summary>Reads a version as a proxy reports it.</summary>
    public static bool TryParse(string? text, out LeafVersion version)
    {
        version = default;
        if (text is null || text.Length > 128 || text.Split('-') is not [Prefix, { Length: HashDigits } issuer, { Length: HashDigits } subject, var from, var until])
        {
            return false;
        }

        if (!TryParseTime(from, out var issuedAt) || !TryParseTime(until, out var expiresAt) || expiresAt <= issuedAt)
        {
            return false;
        }

        version = new LeafVersion(issuer, subject, issuedAt, expiresAt);
        return true;
    }

    /// <summary>When it is to be replaced: after 80 % of its life.</summary>
    public DateTimeOffset RotateAt => LeafSchedule.RotateAt(IssuedAt, ExpiresAt);

    /// <summary>True when a proxy that has this certificate needs no other: same issuer, same subject, same lifetime, not yet to be replaced.</summary>
    /// <param name="issuerId">The authority that would issue now.</param>
    /// <param name="subject">Whom it would name.</param>
    /// <param name="validity">For how long.</param>
    /// <param name="now">The present.</param>
    public bool IsGood(string issuerId, SpiffeId subject, TimeSpan validity, DateTimeOffset now) =>
        IssuerId == issuerId
        && SubjectHash == HashOf(subject)
        && ExpiresAt - IssuedAt <= validity
        && IssuedAt <= now + CertificateProfile.Skew
        && now < RotateAt;

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Prefix}-{IssuerId}-{SubjectHash}-{IssuedAt.ToUnixTimeSeconds()}-{ExpiresAt.ToUnixTimeSeconds()}");

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
