using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Mesh.Identity.Certificates;

/// <summary>
/// Certificates between the control plane and the admin endpoints of its proxies (contract §3.4, <c>envoy-admin-ca</c>).
/// A proxy's certificate is a function of the authority and the address: its bytes are part of a listener, which must
/// not change by a restart.
/// </summary>
/// <param name="authority">What signs; its key must be RSA, whose signatures are deterministic. Stays the caller's.</param>
public sealed class EnvoyAdminCertificates(CertificateAuthority authority)
{
    /// <summary>Name that the control plane's certificate carries.</summary>
    public const string ControlPlaneName = "kuma-cp";

    private const int ScalarBytes = 32;

    /// <summary>The authority's certificate, PEM.</summary>
    public string AuthorityPem => authority.CertificatePem;

    /// <summary>Certificate of a proxy's admin endpoint.</summary>
    /// <param name="address">The Dataplane's <c>networking.address</c>: IP or DNS name.</param>
    /// <returns>The same for the same authority and address.</returns>
    public KeyedCertificate ForProxy(string address)
    {
        ArgumentException.ThrowIfNullOrEmpty(address);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(address, out var ip))
        {
            names.AddIpAddress(ip);
        }
        else
        {
            names.AddDnsName(address);
        }

        return Derive($"envoy-admin-server:{address}", names, server: true, client: false);
    }

    /// <summary>Certificate by which the control plane shows who it is.</summary>
    public KeyedCertificate ForControlPlane()
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(ControlPlaneName);
        return Derive($"envoy-admin-client:{ControlPlaneName}", names, server: false, client: true);
    }

    private KeyedCertificate Derive(string purpose, SubjectAlternativeNameBuilder names, bool server, bool client)
    {
        using var key = DeriveKey(purpose);
        var certificate = authority.Sign(new LeafRequest
        {
            PublicKeyInfo = key.ExportSubjectPublicKeyInfo(),
            Extensions = CertificateProfile.Leaf(names, authority, server, client),
            NotBefore = authority.NotBefore,
            NotAfter = authority.NotAfter,
            SerialNumber = CertificateProfile.ToSerialNumber(SHA256.HashData(Encoding.UTF8.GetBytes($"{authority.Id}:{purpose}"))),
        });
        return new KeyedCertificate(certificate, key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    /// <summary>A P-256 key whose secret number is derived from the authority's key and the purpose.</summary>
    private ECDsa DeriveKey(string purpose)
    {
        var scalar = authority.DeriveSecret(purpose, ScalarBytes);
        try
        {
            // Below the order of the curve, whose first four bytes are all ones, and not zero.
            scalar[0] &= 0x7F;
            scalar[^1] |= 1;
            return ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = scalar });
        }
        finally
        {
            CryptographicOperations.ZeroMemory(scalar);
        }
    }
}
