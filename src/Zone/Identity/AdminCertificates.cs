using System.Collections.Concurrent;
using Google.Protobuf;
using Mesh.Identity.Certificates;
using Mesh.Zone.Secrets;

namespace Mesh.Zone.Identity;

/// <summary>Certificates of admin listeners: made when first asked for, then the same object for the same address.</summary>
internal sealed class AdminCertificates : IAdminCertificates
{
    private readonly ConcurrentDictionary<string, AdminCertificate> _made = new(StringComparer.Ordinal);
    private volatile EnvoyAdminCertificates? _authority;

    /// <inheritdoc/>
    public event Action? Changed;

    /// <inheritdoc/>
    public AdminCertificate? Find(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return _authority is { } authority && address.Length > 0
            ? _made.GetOrAdd(address, static (name, by) => Make(name, by), authority)
            : null;
    }

    /// <summary>The authority is known, or is another one.</summary>
    public void Use(CertificateAuthority authority)
    {
        _authority = new EnvoyAdminCertificates(authority);
        _made.Clear();
        Changed?.Invoke();
    }

    private static AdminCertificate Make(string address, EnvoyAdminCertificates authority)
    {
        var made = authority.ForProxy(address);
        return new AdminCertificate(
            ByteString.CopyFromUtf8(made.CertificatePem), ByteString.CopyFromUtf8(made.PrivateKeyPem), ByteString.CopyFromUtf8(authority.AuthorityPem));
    }
}
