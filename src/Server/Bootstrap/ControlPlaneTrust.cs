using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Server.Bootstrap;

/// <summary>
/// Whether a proxy will be able to verify the control plane: better to say so now than to let Envoy fail in its log.
/// </summary>
internal static class ControlPlaneTrust
{
    /// <summary>Checks the CA that the proxy will use.</summary>
    /// <exception cref="BootstrapException">It is no PEM, or holds no certificate authority.</exception>
    public static void CheckAuthority(string caPem)
    {
        if (!Read(caPem).Any(IsAuthority))
        {
            throw new BootstrapException(
                400,
                "the certificate with which the proxy is to verify the control plane is no certificate authority (basic constraint CA is false): "
                    + "pass the CA that signed the control plane's certificate (--ca-cert-file or KUMA_CONTROL_PLANE_CA_CERT_FILE)");
        }
    }

    /// <summary>Checks that the control plane's certificate is valid for the host that the proxy connects to.</summary>
    /// <exception cref="BootstrapException">It is not.</exception>
    public static void CheckName(string chainPem, string host)
    {
        var leaf = Read(chainPem).First();
        if (!leaf.MatchesHostname(host, allowWildcards: true, allowCommonName: false))
        {
            throw new BootstrapException(
                400,
                $"the proxy connects to the control plane as \"{host}\", but the control plane's certificate is for {Names(leaf)}: "
                    + "connect to one of these (--cp-address), or give the control plane a certificate for that name "
                    + "(KUMA_GENERAL_TLS_CERT_FILE and KUMA_GENERAL_TLS_KEY_FILE) and restart it");
        }
    }

    private static string Names(X509Certificate2 leaf)
    {
        var names = leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(san => san.EnumerateDnsNames().Concat(san.EnumerateIPAddresses().Select(Text)));
        return string.Join(", ", names.DefaultIfEmpty("no name at all"));
    }

    private static string Text(IPAddress address) => address.ToString();

    /// <summary>A certificate of version 1 says nothing about itself; a root of that age may be one.</summary>
    private static bool IsAuthority(X509Certificate2 certificate)
    {
        var constraints = certificate.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault();
        return constraints is null ? certificate.Version < 3 : constraints.CertificateAuthority;
    }

    private static X509Certificate2Collection Read(string pem)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw new BootstrapException(400, $"the control plane's CA cannot be read as PEM: {e.Message}");
        }

        return certificates.Count > 0
            ? certificates
            : throw new BootstrapException(400, "the control plane's CA cannot be read: there is no PEM certificate in it");
    }
}
