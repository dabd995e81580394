using System.Runtime.InteropServices;

namespace Mesh.Server.Ads.Sockets.Tls;

/// <summary>The functions of OpenSSL 3 that a server's TLS needs; names and values are those of its headers. .NET has the same library loaded.</summary>
internal static unsafe partial class LibSsl
{
    /// <summary>Plain bytes that a record carries at most (RFC 8446, section 5.1).</summary>
    public const int MaxPlain = 16 * 1024;

    /// <summary>The most that a record is longer than what it carries: header, content type, tag, and older versions' explicit nonce.</summary>
    public const int MaxOverhead = 256;

    public const int ErrorSsl = 1;
    public const int ErrorWantRead = 2;
    public const int ErrorWantWrite = 3;
    public const int ErrorZeroReturn = 6;

    public const int BioTypeSourceSink = 0x0400;
    public const int BioCtrlFlush = 11;
    public const int BioFlagRead = 1;
    public const int BioFlagWrite = 2;
    public const int BioFlagShouldRetry = 8;
    public const int BioFlagsOfRetry = 0x0F;

    public const int AlpnOk = 0;
    public const int AlpnAlertFatal = 2;

    public const int Version12 = 0x0303;
    public const int Version13 = 0x0304;

    private const string Ssl = "libssl.so.3";
    private const string Crypto = "libcrypto.so.3";

    private const int CtrlExtraChainCertificate = 14;
    private const int CtrlMode = 33;
    private const int CtrlSessionCacheMode = 44;
    private const int CtrlMinVersion = 123;
    private const int CtrlMaxVersion = 124;

    private const int ModePartialWrite = 1;
    private const int ModeMovingWriteBuffer = 2;
    private const int ModeReleaseBuffers = 0x10;

    private const ulong OptionNoCompression = 1UL << 17;
    private const ulong OptionServerPreference = 1UL << 22;
    private const ulong OptionNoRenegotiation = 1UL << 30;

    private const ulong InitNoAtExit = 0x00080000;

    /// <summary>Suites of TLS 1.2: forward secret and authenticated, as HTTP/2 demands (RFC 9113, section 9.2.2). Those of TLS 1.3 all are.</summary>
    private const string Suites12 =
        "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:"
        + "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-CHACHA20-POLY1305";

    /// <summary>Whether the library is here.</summary>
    public static bool IsPresent { get; } = OperatingSystem.IsLinux()
        && NativeLibrary.TryLoad(Ssl, out _) && NativeLibrary.TryLoad(Crypto, out _)
        // Not cleaned up at exit, as .NET does not: its threads and ours may still be at work then.
        && OPENSSL_init_ssl(InitNoAtExit, 0) == 1;

    /// <summary>Settings of both sides: versions of TLS, no renegotiation, and no buffer kept while nothing is under way.</summary>
    public static void Configure(nint context, int minVersion, int maxVersion)
    {
        _ = SSL_CTX_set_options(context, OptionNoCompression | OptionServerPreference | OptionNoRenegotiation);
        _ = SSL_CTX_ctrl(context, CtrlMode, ModePartialWrite | ModeMovingWriteBuffer | ModeReleaseBuffers, 0);
        // Sessions travel in tickets: nothing is kept for clients that may never come again.
        _ = SSL_CTX_ctrl(context, CtrlSessionCacheMode, 0, 0);
        Check(SSL_CTX_ctrl(context, CtrlMinVersion, minVersion, 0));
        Check(SSL_CTX_ctrl(context, CtrlMaxVersion, maxVersion, 0));
        Check(SSL_CTX_set_num_tickets(context, 1));
        Check(SSL_CTX_set_cipher_list(context, Suites12));
    }

    /// <summary>Adds what stands between the certificate and its root.</summary>
    public static void AddToChain(nint context, ReadOnlySpan<byte> der)
    {
        fixed (byte* bytes = der)
        {
            var at = bytes;
            var certificate = Check(d2i_X509(0, &at, new CLong(der.Length)));
            // It belongs to the context from here on.
            Check(SSL_CTX_ctrl(context, CtrlExtraChainCertificate, 0, certificate));
        }
    }

    /// <summary>Sets the certificate and its key (PKCS #8).</summary>
    public static void SetCertificate(nint context, ReadOnlySpan<byte> der, ReadOnlySpan<byte> key)
    {
        fixed (byte* bytes = der)
        fixed (byte* keyBytes = key)
        {
            Check(SSL_CTX_use_certificate_ASN1(context, der.Length, bytes));
            var at = keyBytes;
            var parsed = Check(d2i_AutoPrivateKey(0, &at, new CLong(key.Length)));
            try
            {
                Check(SSL_CTX_use_PrivateKey(context, parsed));
            }
            finally
            {
                EVP_PKEY_free(parsed);
            }
        }

        Check(SSL_CTX_check_private_key(context));
    }

    /// <summary>A result that must not be 0.</summary>
    /// <exception cref="InvalidOperationException">It is: the library says why.</exception>
    public static nint Check(nint result) => result > 0 ? result : throw new InvalidOperationException("OpenSSL: " + TakeError());

    /// <summary>What went wrong on this thread, for people.</summary>
    public static string TakeError()
    {
        const int Size = 256;
        var code = ERR_get_error();
        ERR_clear_error();
        if (code == 0)
        {
            return "unknown error";
        }

        var text = stackalloc byte[Size];
        ERR_error_string_n(code, text, Size);
        return Marshal.PtrToStringUTF8((nint)text) ?? "";
    }

    [LibraryImport(Ssl)]
    public static partial nint TLS_server_method();

    [LibraryImport(Ssl)]
    public static partial nint SSL_CTX_new(nint method);

    [LibraryImport(Ssl)]
    public static partial void SSL_CTX_free(nint context);

    [LibraryImport(Ssl)]
    public static partial void SSL_CTX_set_alpn_select_cb(nint context, delegate* unmanaged[Cdecl]<nint, byte**, byte*, byte*, uint, nint, int> choose, nint argument);

    [LibraryImport(Ssl)]
    public static partial nint SSL_new(nint context);

    [LibraryImport(Ssl)]
    public static partial void SSL_free(nint ssl);

    [LibraryImport(Ssl)]
    public static partial void SSL_set_bio(nint ssl, nint input, nint output);

    [LibraryImport(Ssl)]
    public static partial void SSL_set_accept_state(nint ssl);

    [LibraryImport(Ssl)]
    public static partial int SSL_do_handshake(nint ssl);

    [LibraryImport(Ssl)]
    public static partial int SSL_read(nint ssl, byte* buffer, int length);

    [LibraryImport(Ssl)]
    public static partial int SSL_write(nint ssl, byte* bytes, int length);

    [LibraryImport(Ssl)]
    public static partial int SSL_shutdown(nint ssl);

    [LibraryImport(Ssl)]
    [SuppressGCTransition]
    public static partial int SSL_get_error(nint ssl, int result);

    [LibraryImport(Ssl)]
    [SuppressGCTransition]
    public static partial int SSL_pending(nint ssl);

    [LibraryImport(Ssl)]
    [SuppressGCTransition]
    public static partial int SSL_version(nint ssl);

    [LibraryImport(Crypto)]
    [SuppressGCTransition]
    public static partial void ERR_clear_error();

    [LibraryImport(Crypto, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint BIO_meth_new(int type, string name);

    [LibraryImport(Crypto)]
    public static partial int BIO_get_new_index();

    [LibraryImport(Crypto)]
    public static partial int BIO_meth_set_read(nint method, delegate* unmanaged[Cdecl]<nint, byte*, int, int> read);

    [LibraryImport(Crypto)]
    public static partial int BIO_meth_set_write(nint method, delegate* unmanaged[Cdecl]<nint, byte*, int, int> write);

    [LibraryImport(Crypto)]
    public static partial int BIO_meth_set_ctrl(nint method, delegate* unmanaged[Cdecl]<nint, int, nint, nint, nint> control);

    [LibraryImport(Crypto)]
    public static partial nint BIO_new(nint method);

    [LibraryImport(Crypto)]
    [SuppressGCTransition]
    public static partial void BIO_set_data(nint bio, nint data);

    [LibraryImport(Crypto)]
    [SuppressGCTransition]
    public static partial nint BIO_get_data(nint bio);

    [LibraryImport(Crypto)]
    [SuppressGCTransition]
    public static partial void BIO_set_init(nint bio, int isReady);

    [LibraryImport(Crypto)]
    [SuppressGCTransition]
    public static partial void BIO_set_flags(nint bio, int flags);

    [LibraryImport(Crypto)]
    [SuppressGCTransition]
    public static partial void BIO_clear_flags(nint bio, int flags);

    [LibraryImport(Ssl)]
    private static partial int OPENSSL_init_ssl(ulong options, nint settings);

    [LibraryImport(Ssl)]
    private static partial ulong SSL_CTX_set_options(nint context, ulong options);

    [LibraryImport(Ssl)]
    private static partial nint SSL_CTX_ctrl(nint context, int command, nint number, nint pointer);

    [LibraryImport(Ssl)]
    private static partial int SSL_CTX_set_num_tickets(nint context, nuint count);

    [LibraryImport(Ssl, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SSL_CTX_set_cipher_list(nint context, string suites);

    [LibraryImport(Ssl)]
    private static partial int SSL_CTX_use_certificate_ASN1(nint context, int length, byte* der);

    [LibraryImport(Ssl)]
    private static partial int SSL_CTX_use_PrivateKey(nint context, nint key);

    [LibraryImport(Ssl)]
    private static partial int SSL_CTX_check_private_key(nint context);

    [LibraryImport(Crypto)]
    private static partial nint d2i_X509(nint reuse, byte** der, CLong length);

    [LibraryImport(Crypto)]
    private static partial nint d2i_AutoPrivateKey(nint reuse, byte** der, CLong length);

    [LibraryImport(Crypto)]
    private static partial void EVP_PKEY_free(nint key);

    [LibraryImport(Crypto)]
    private static partial nuint ERR_get_error();

    [LibraryImport(Crypto)]
    private static partial void ERR_error_string_n(nuint code, byte* text, nuint size);
}
