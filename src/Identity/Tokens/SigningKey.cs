using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Mesh.Identity.Tokens;

/// <summary>An RSA key that signs tokens or, without its private half, checks them. Safe for concurrent use.</summary>
public sealed class SigningKey : IDisposable
{
    /// <summary>Size of generated keys, in bits.</summary>
    public const int Bits = 2048;

    private readonly RSA _rsa;

    private SigningKey(string id, RSA rsa, bool canSign)
    {
        Id = id;
        _rsa = rsa;
        CanSign = canSign;

        // Providers are cached by what the key is, not by which object: one of a disposed key would outlive it.
        SecurityKey = new RsaSecurityKey(rsa) { KeyId = id, CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false } };
    }

    /// <summary>Id of the key (<c>kid</c>): its serial number as a decimal.</summary>
    public string Id { get; }

    /// <summary>Serial number; the highest of a set issues. 0 for an id that is none.</summary>
    public int Serial => int.TryParse(Id, NumberStyles.None, CultureInfo.InvariantCulture, out var serial) ? serial : 0;

    /// <summary>True when the private half is here.</summary>
    public bool CanSign { get; }

    internal RsaSecurityKey SecurityKey { get; }

    /// <summary>Makes a key.</summary>
    public static SigningKey Generate(int serial) => new(serial.ToString(CultureInfo.InvariantCulture), RSA.Create(Bits), canSign: true);

    /// <summary>Reads a key from PEM: a private key (PKCS#1 or PKCS#8), or a public one.</summary>
    /// <exception cref="TokenException">It is not an RSA key.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The key that is returned owns it.")]
    public static SigningKey FromPem(string id, ReadOnlySpan<char> pem)
    {
        var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(pem);
            return new SigningKey(id, rsa, HasPrivateKey(pem));
        }
        catch (Exception fault) when (fault is ArgumentException or CryptographicException)
        {
            rsa.Dispose();
            throw new TokenException($"signing key {id} is not an RSA key in PEM", fault);
        }
    }

    /// <summary>The private key as PEM (PKCS#1), as it is stored.</summary>
    public string ExportPrivatePem() => _rsa.ExportRSAPrivateKeyPem();

    /// <summary>The public key as PEM (PKCS#1), for zones and offline validation.</summary>
    public string ExportPublicPem() => _rsa.ExportRSAPublicKeyPem();

    /// <inheritdoc/>
    public void Dispose() => _rsa.Dispose();

    /// <inheritdoc/>
    public override string ToString() => $"signing key {Id}";

    private static bool HasPrivateKey(ReadOnlySpan<char> pem) => pem.Contains("PRIVATE KEY-----", StringComparison.Ordinal);
}
