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

    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const int SerialBytes = 16;

    /// <summary>Request for a leaf without subject, whose name is in the critical alternative name.</summary>
    public static CertificateRequest Leaf(ECDsa key, SubjectAlternativeNameBuilder names, CertificateAuthority issuer, bool server, bool client)
    {
        var request = new CertificateRequest(new X500DistinguishedName(""), key, HashAlgorithmName.SHA256);
        var purposes = new OidCollection();
        if (server)
        {
            purposes.Add(new Oid(ServerAuthentication));
        }

        if (client)
        {
            purposes.Add(new Oid(ClientAuthentication));
        }

        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(purposes, critical: false));
        request.CertificateExtensions.Add(names.Build(critical: true));
        request.CertificateExtensions.Add(issuer.KeyIdentifier());
        return request;
    }

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
