using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Mesh.Server.Ads.Sockets.Tls;

namespace Mesh.Load.Sockets;

/// <summary>
/// The client's side of TLS over OpenSSL. It believes any certificate, for what is measured has one of the moment: to look for its root among
/// the system's would cost more than the handshake. Nothing is resumed, since each virtual Envoy stands for a process of its own.
/// </summary>
internal static unsafe partial class ClientTls
{
    private const string Ssl = "libssl.so.3";

    private static readonly nint _context = Create();

    /// <summary>A new connection's client side.</summary>
    public static TlsSession Connect()
    {
        var connection = LibSsl.Check(LibSsl.SSL_new(_context));
        SSL_set_connect_state(connection);
        return new TlsSession(connection);
    }

    private static nint Create()
    {
        if (!LibSsl.IsPresent)
        {
            throw new PlatformNotSupportedException("fleets with TLS need OpenSSL 3 (libssl.so.3)");
        }

        var context = LibSsl.Check(LibSsl.SSL_CTX_new(TLS_client_method()));
        LibSsl.Configure(context, LibSsl.Version12, LibSsl.Version13);
        // Envoy's order where the processor has instructions for AES (BoringSSL's): servers go by it, and OpenSSL's own begins with 256 bits.
        fixed (byte* suites = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256\0"u8)
        {
            LibSsl.Check(SSL_CTX_set_ciphersuites(context, suites));
        }

        // By default the certificate is verified first and believed all the same: this answers instead.
        SSL_CTX_set_cert_verify_callback(context, &Believe, 0);
        fixed (byte* names = "\u0002h2"u8)
        {
            return SSL_CTX_set_alpn_protos(context, names, 3) == 0 ? context : throw new InvalidOperationException("OpenSSL: " + LibSsl.TakeError());
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Believe(nint certificates, nint argument) => 1;

    [LibraryImport(Ssl)]
    private static partial nint TLS_client_method();

    [LibraryImport(Ssl)]
    private static partial int SSL_CTX_set_ciphersuites(nint context, byte* suites);

    [LibraryImport(Ssl)]
    private static partial void SSL_CTX_set_cert_verify_callback(nint context, delegate* unmanaged[Cdecl]<nint, nint, int> verify, nint argument);

    [LibraryImport(Ssl)]
    private static partial void SSL_set_connect_state(nint ssl);

    [LibraryImport(Ssl)]
    private static partial int SSL_CTX_set_alpn_protos(nint context, byte* names, uint length);
}
