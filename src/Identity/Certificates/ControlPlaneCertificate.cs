using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Identity.Certificates;

/// <summary>
/// The certificate that the control plane's TLS ports show where none is configured: self-signed, and marked as an
/// authority, since proxies are given it as their authority and refuse one that is not (contract §5.2, <c>NotCA</c>).
/// </summary>
public static class ControlPlaneCertificate
{
    private const string CertificateFile = "control-plane.crt";
    private const string KeyFile = "control-plane.key";

    /// <summary>Makes a certificate for <c>localhost</c>, 127.0.0.1, ::1 and a host's name.</summary>
    public static KeyedCertificate Generate(string hostName, IEnumerable<IPAddress> addresses, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName(""), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment | X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in new[] { hostName, "localhost" }.Where(IsDnsName).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            names.AddDnsName(name);
        }

        foreach (var address in addresses.Prepend(IPAddress.IPv6Loopback).Prepend(IPAddress.Loopback).Distinct())
        {
            names.AddIpAddress(address);
        }

        request.CertificateExtensions.Add(names.Build(critical: true));
        using var certificate = request.CreateSelfSigned(now - CertificateProfile.Backdating, now + CertificateAuthority.Lifetime);
        return new KeyedCertificate(CertificateText.ToPem(certificate), key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    /// <summary>
    /// The certificate kept in a folder; made and kept there where none is, so that proxies which were given it still
    /// trust the control plane after its restart. One that has ended, or ends within thirty days, is replaced.
    /// </summary>
    /// <exception cref="IOException">The folder cannot be read or written.</exception>
    /// <exception cref="CertificateException">What is there is not a certificate with its key.</exception>
    public static KeyedCertificate LoadOrCreate(string folder, string hostName, IEnumerable<IPAddress> addresses, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        var now = clock.GetUtcNow();
        var certificatePath = Path.Combine(folder, CertificateFile);
        var keyPath = Path.Combine(folder, KeyFile);
        if (File.Exists(certificatePath) && File.Exists(keyPath))
        {
            var kept = new KeyedCertificate(File.ReadAllText(certificatePath), File.ReadAllText(keyPath));
            if (EndOf(kept) > now.AddDays(30))
            {
                return kept;
            }
        }

        var made = Generate(hostName, addresses, now);

        // The key first: a crash between the two leaves a pair that is made anew, not one that does not fit.
        File.Delete(certificatePath);
        WritePrivately(keyPath, made.PrivateKeyPem);
        WritePrivately(certificatePath, made.CertificatePem);
        return made;
    }

    private static DateTimeOffset EndOf(KeyedCertificate kept)
    {
        using var authority = CertificateAuthority.Load(kept.CertificatePem, kept.PrivateKeyPem);
        return authority.NotAfter;
    }

    private static bool IsDnsName(string name) => Uri.CheckHostName(name) == UriHostNameType.Dns;

    private static void WritePrivately(string path, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(path, options);
        writer.Write(text);
    }
}
