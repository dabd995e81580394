using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Identity.Certificates;

/// <summary>What our certificates have in common.</summary>
internal static class CertificateProfile
{
    /// <summary>Certificates are valid from this long before their issue: a zone whose clock is hours ahead issues for peers whose clocks are right.</summary>
    public static readonly TimeSpan Backdating = TimeSpan.FromDays(1);

    /// <summary>How far in the future a time of issue may lie that somebody reports, for clocks that disagree.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(10);

    private const int SerialBytes = 16;

    private static readonly X509BasicConstraintsExtension _noAuthority = new(false, false, 0, critical: true);
    private static readonly X509KeyUsageExtension _signs = new(X509KeyUsageFlags.DigitalSignature, critical: true);
    private static readonly Oid _serverAuthentication = new("1.3.6.1.5.5.7.3.1");
    private static readonly Oid _clientAuthentication = new("1.3.6.1.5.5.7.3.2");
    private static readonly X509EnhancedKeyUsageExtension _server = new([_serverAuthentication], critical: false);
    private static readonly X509EnhancedKeyUsageExtension _client = new([_clientAuthentication], critical: false);
    private static readonly X509EnhancedKeyUsageExtension _both = new([_serverAuthentication, _clientAuthentication], critical: false);

    /// <summary>Extensions of a leaf without subject, whose name is in the critical alternative name.</summary>
    public static IReadOnlyList<X509Extension> Leaf(SubjectAlternativeNameBuilder names, CertificateAuthority issuer, bool server, bool client) =>
        [_noAuthority, _signs, server && client ? _both : server ? _server : _client, names.Build(critical: true), issuer.KeyIdentifier];

    /// <summary>A random positive serial number.</summary>
    public static byte[] NewSerialNumber() => ToSerialNumber(RandomNumberGenerator.GetBytes(SerialBytes));

    /// <summary>A positive serial number of given bytes.</summary>
    public static byte[] ToSerialNumber(ReadOnlySpan<byte> bytes)
    {
        var serial = bytes[..SerialBytes].ToArray();
        serial[0] = (byte)((serial[0] & 0x7F) | 0x40);
        return serial;
    }

    /// <summary>Certificates count whole seconds.</summary>
    public static DateTimeOffset ToSecond(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());
}
