using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Server.Ads.Sockets.Tls;

/// <summary>What all TLS connections of a port share: the certificate with its key, versions, suites, tickets.</summary>
internal sealed class TlsContext : SafeHandle
{
#pragma warning disable CA5398 // The settings name versions.
    private const SslProtocols Tls12 = SslProtocols.Tls12;
    private const SslProtocols Tls13 = SslProtocols.Tls13;
#pragma warning restore CA5398

    private static ReadOnlySpan<byte> Http2 => "\u0002h2"u8;

    private static ReadOnlySpan<byte> Http11 => "\u0008http/1.1"u8;

    /// <summary>One that is to be set up.</summary>
    public TlsContext()
        : base(0, ownsHandle: true)
    {
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Makes one.</summary>
    /// <param name="certificate">Certificate of the port with its key.</param>
    /// <param name="intermediates">What stands between it and its root; null: nothing.</param>
    /// <param name="versions">Versions of TLS that clients may speak: 1.2, 1.3 or both.</param>
    /// <returns>Null: OpenSSL 3 is not here, or the key is one that does not leave its keeper.</returns>
    /// <exception cref="InvalidOperationException">OpenSSL takes the certificate or the key for none.</exception>
    public static unsafe TlsContext? TryCreate(X509Certificate2 certificate, X509Certificate2Collection? intermediates, SslProtocols versions)
    {
        if (!LibSsl.IsPresent || KeyOf(certificate) is not { } key)
        {
            return null;
        }

        var context = new TlsContext();
        try
        {
            context.SetHandle(LibSsl.Check(LibSsl.SSL_CTX_new(LibSsl.TLS_server_method())));
            LibSsl.Configure(
                context.handle,
                versions.HasFlag(Tls12) ? LibSsl.Version12 : LibSsl.Version13,
                versions.HasFlag(Tls13) ? LibSsl.Version13 : LibSsl.Version12);
            LibSsl.SetCertificate(context.handle, certificate.RawDataMemory.Span, key);
            foreach (var intermediate in intermediates ?? [])
            {
                LibSsl.AddToChain(context.handle, intermediate.RawDataMemory.Span);
            }

            LibSsl.SSL_CTX_set_alpn_select_cb(context.handle, &Choose, 0);
            return context;
        }
        catch
        {
            context.Dispose();
            throw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>A connection's server side. It keeps what it needs of the context.</summary>
    public nint CreateConnection()
    {
        var isHeld = false;
        DangerousAddRef(ref isHeld);
        try
        {
            var connection = LibSsl.Check(LibSsl.SSL_new(handle));
            LibSsl.SSL_set_accept_state(connection);
            return connection;
        }
        finally
        {
            DangerousRelease();
        }
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        LibSsl.SSL_CTX_free(handle);
        return true;
    }

    private static byte[]? KeyOf(X509Certificate2 certificate)
    {
        using var rsa = certificate.GetRSAPrivateKey();
        using AsymmetricAlgorithm? key = rsa is null ? certificate.GetECDsaPrivateKey() : null;
        try
        {
            return (rsa ?? key)?.ExportPkcs8PrivateKey();
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>ALPN (RFC 7301): HTTP/2 before HTTP/1.1; who offers neither is told so.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe int Choose(nint ssl, byte** chosen, byte* chosenLength, byte* offered, uint offeredLength, nint argument)
    {
        var all = new ReadOnlySpan<byte>(offered, (int)offeredLength);
        var at = Find(all, Http2);
        at = at < 0 ? Find(all, Http11) : at;
        if (at < 0)
        {
            return LibSsl.AlpnAlertFatal;
        }

        *chosen = offered + at + 1;
        *chosenLength = all[at];
        return LibSsl.AlpnOk;
    }

    private static int Find(ReadOnlySpan<byte> offered, ReadOnlySpan<byte> name)
    {
        for (var at = 0; at < offered.Length; at += 1 + offered[at])
        {
            if (offered[at..].StartsWith(name))
            {
                return at;
            }
        }

        return -1;
    }
}
