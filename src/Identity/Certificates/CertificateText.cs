using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Identity.Certificates;

/// <summary>Certificates and keys as PEM, in and out, with faults said clearly.</summary>
internal static class CertificateText
{
    private const string CertificateLabel = "CERTIFICATE";

    /// <summary>The certificate as PEM with a final newline.</summary>
    public static string ToPem(X509Certificate2 certificate) => certificate.ExportCertificatePem() + "\n";

    /// <summary>A certificate in DER as PEM with a final newline.</summary>
    public static string ToPem(ReadOnlySpan<byte> certificate) => PemEncoding.WriteString(CertificateLabel, certificate) + "\n";

    /// <summary>Reads every certificate of a PEM text; other blocks are passed over.</summary>
    /// <exception cref="CertificateException">There is none, or one is broken.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The list that is returned owns them.")]
    public static IReadOnlyList<X509Certificate2> ReadAll(ReadOnlySpan<char> pem)
    {
        var found = new List<X509Certificate2>();
        try
        {
            while (PemEncoding.TryFind(pem, out var fields))
            {
                if (pem[fields.Label].SequenceEqual(CertificateLabel))
                {
                    var bytes = new byte[fields.DecodedDataLength];
                    Convert.TryFromBase64Chars(pem[fields.Base64Data], bytes, out _);
                    found.Add(X509CertificateLoader.LoadCertificate(bytes));
                }

                pem = pem[fields.Location.End..];
            }
        }
        catch (CryptographicException fault)
        {
            found.ForEach(certificate => certificate.Dispose());
            throw new CertificateException($"certificate {found.Count + 1} of the PEM text cannot be read", fault);
        }

        return found.Count > 0 ? found : throw new CertificateException("there is no certificate in PEM");
    }

    /// <summary>Reads a private key: RSA or EC; PKCS#1, SEC 1 or PKCS#8.</summary>
    /// <exception cref="CertificateException">It cannot be read.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The caller owns it.")]
    public static AsymmetricAlgorithm ReadPrivateKey(ReadOnlySpan<char> pem)
    {
        if (!pem.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw new CertificateException("there is no private key in PEM");
        }

        foreach (var key in (ReadOnlySpan<AsymmetricAlgorithm>)[ECDsa.Create(), RSA.Create()])
        {
            try
            {
                key.ImportFromPem(PrivateKeyBlock(pem));
                return key;
            }
            catch (Exception fault) when (fault is ArgumentException or CryptographicException)
            {
                key.Dispose();
            }
        }

        throw new CertificateException("the private key is neither RSA nor EC, encrypted, or broken");
    }

    /// <summary>The block that holds the private key: others (EC PARAMETERS, certificates) may stand around it.</summary>
    private static ReadOnlySpan<char> PrivateKeyBlock(ReadOnlySpan<char> pem)
    {
        var rest = pem;
        while (PemEncoding.TryFind(rest, out var fields))
        {
            if (rest[fields.Label].EndsWith("PRIVATE KEY", StringComparison.Ordinal))
            {
                return rest[fields.Location];
            }

            rest = rest[fields.Location.End..];
        }

        return pem;
    }
}
