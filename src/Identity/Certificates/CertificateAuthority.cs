using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Identity.Certificates;

/// <summary>A certificate and the private key that signs with it; RSA or EC. Safe for concurrent use.</summary>
public sealed class CertificateAuthority : IDisposable
{
    /// <summary>How long generated authorities are valid: ten years.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(3650);

    private readonly Lock _signing = new();
    private readonly X509Certificate2 _certificate;
    private readonly AsymmetricAlgorithm _key;
    private readonly Lazy<byte[]> _derivation;

    private CertificateAuthority(X509Certificate2 certificate, AsymmetricAlgorithm key)
    {
        _certificate = certificate;
        _key = key;
        _derivation = new Lazy<byte[]>(ExtractDerivationKey);
        KeyIdentifier = certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().FirstOrDefault() is { } subjectKey
            ? X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(subjectKey)
            : X509AuthorityKeyIdentifierExtension.CreateFromIssuerNameAndSerialNumber(certificate.IssuerName, certificate.SerialNumberBytes.Span);
        CertificatePem = CertificateText.ToPem(certificate);
        Id = Convert.ToHexStringLower(SHA256.HashData(certificate.RawDataMemory.Span)[..8]);
    }

    /// <summary>Short id of the certificate: 16 hex digits, the same for the same certificate everywhere.</summary>
    public string Id { get; }

    /// <summary>The certificate, PEM.</summary>
    public string CertificatePem { get; }

    /// <summary>Begin of its validity.</summary>
    public DateTimeOffset NotBefore => new(_certificate.NotBefore.ToUniversalTime(), TimeSpan.Zero);

    /// <summary>End of its validity.</summary>
    public DateTimeOffset NotAfter => new(_certificate.NotAfter.ToUniversalTime(), TimeSpan.Zero);

    /// <summary>Makes an authority with a new EC P-256 key.</summary>
    /// <param name="commonName">Common name of its subject.</param>
    /// <param name="now">Time of issue; valid from <see cref="CertificateProfile.Backdating"/> before it.</param>
    /// <param name="spiffeTrustDomain">Trust domain it vouches for, or null.</param>
    public static CertificateAuthority GenerateEc(string commonName, DateTimeOffset now, string? spiffeTrustDomain = null)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Generate(new CertificateRequest(Subject(commonName), key, HashAlgorithmName.SHA256), key, now, spiffeTrustDomain);
    }

    /// <summary>Makes an authority with a new RSA key, whose signatures are deterministic.</summary>
    /// <param name="commonName">Common name of its subject.</param>
    /// <param name="now">Time of issue; valid from <see cref="CertificateProfile.Backdating"/> before it.</param>
    public static CertificateAuthority GenerateRsa(string commonName, DateTimeOffset now)
    {
        var key = RSA.Create(2048);
        var request = new CertificateRequest(Subject(commonName), key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return Generate(request, key, now, spiffeTrustDomain: null);
    }

    /// <summary>Reads an authority from PEM.</summary>
    /// <exception cref="CertificateException">It cannot be read, is not an authority, or key and certificate do not belong together.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The authority that is returned owns them.")]
    public static CertificateAuthority Load(ReadOnlySpan<char> certificatePem, ReadOnlySpan<char> privateKeyPem)
    {
        var certificates = CertificateText.ReadAll(certificatePem);
        var key = CertificateText.ReadPrivateKey(privateKeyPem);
        var certificate = certificates[0];
        if (certificate.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault() is not { CertificateAuthority: true })
        {
            throw new CertificateException("the certificate is not an authority: its basic constraints do not say CA");
        }

        if (certificate.Extensions.OfType<X509KeyUsageExtension>().FirstOrDefault() is { } usage
            && !usage.KeyUsages.HasFlag(X509KeyUsageFlags.KeyCertSign))
        {
            throw new CertificateException("the certificate is not an authority: its key usage does not allow signing certificates");
        }

        var publicKey = certificate.PublicKey.ExportSubjectPublicKeyInfo();
        return publicKey.AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo())
            ? new CertificateAuthority(certificate, key)
            : throw new CertificateException("the private key does not belong to the certificate");
    }

    /// <summary>The private key as PEM: as Kuma stores it (PKCS#1) for RSA, SEC 1 for EC.</summary>
    public string ExportPrivateKeyPem() => _key switch
    {
        RSA rsa => rsa.ExportRSAPrivateKeyPem() + "\n",
        ECDsa ec => ec.ExportECPrivateKeyPem() + "\n",
        _ => throw new CertificateException("unknown kind of key"),
    };

    /// <summary>A secret of the same bytes for the same authority and purpose: what is derived from it needs no storing.</summary>
    internal byte[] DeriveSecret(string purpose, int length) =>
        HKDF.Expand(HashAlgorithmName.SHA256, _derivation.Value, length, System.Text.Encoding.UTF8.GetBytes(purpose));

    /// <summary>Signs a leaf.</summary>
    /// <returns>The certificate, PEM with a final newline.</returns>
    internal string Sign(LeafRequest leaf)
    {
        var isRsa = _key is RSA;
        var toBeSigned = LeafEncoding.ToBeSigned(leaf, _certificate.SubjectName, isRsa);
        return CertificateText.ToPem(LeafEncoding.Certificate(toBeSigned, Sign(toBeSigned), isRsa));
    }

    /// <summary>The extension that names this authority in what it signs.</summary>
    internal X509AuthorityKeyIdentifierExtension KeyIdentifier { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_derivation.IsValueCreated)
        {
            CryptographicOperations.ZeroMemory(_derivation.Value);
        }

        _certificate.Dispose();
        _key.Dispose();
    }

    /// <inheritdoc/>
    public override string ToString() => $"authority {Id}";

    private byte[] Sign(byte[] content)
    {
        // Keys are not safe for concurrent use.
        lock (_signing)
        {
            return _key switch
            {
                RSA rsa => rsa.SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
                ECDsa ec => ec.SignData(content, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence),
                _ => throw new CertificateException("unknown kind of key"),
            };
        }
    }

    /// <summary>The half of HKDF that does not depend on the purpose: exporting an RSA key takes as long as signing with it.</summary>
    private byte[] ExtractDerivationKey()
    {
        var key = _key.ExportPkcs8PrivateKey();
        try
        {
            return HKDF.Extract(HashAlgorithmName.SHA256, key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static CertificateAuthority Generate(
        CertificateRequest request, AsymmetricAlgorithm key, DateTimeOffset now, string? spiffeTrustDomain)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        if (spiffeTrustDomain is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddUri(new Uri($"spiffe://{spiffeTrustDomain}"));
            request.CertificateExtensions.Add(names.Build());
        }

        using var signed = request.CreateSelfSigned(now - CertificateProfile.Backdating, now + Lifetime);
        return new CertificateAuthority(X509CertificateLoader.LoadCertificate(signed.RawDataMemory.Span), key);
    }

    private static X500DistinguishedName Subject(string commonName)
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(commonName);
        name.AddOrganizationalUnitName("Mesh");
        name.AddOrganizationName("Kuma");
        return name.Build();
    }
}
