using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Server.Ads.Sockets;

/// <summary>How the transport on plain sockets serves its port.</summary>
public sealed record SocketsOptions
{
    /// <summary>Certificate of the port with its key; null: no TLS.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>What stands between it and its root.</summary>
    public X509Certificate2Collection? Intermediates { get; init; }

    /// <summary>Versions of TLS that clients may speak. Default: 1.2 and 1.3.</summary>
#pragma warning disable CA5398 // What is older is out, what is newer is not known.
    public SslProtocols Versions { get; init; } = SslProtocols.Tls12 | SslProtocols.Tls13;
#pragma warning restore CA5398

    /// <summary>How long a client may take for its TLS handshake. Default: 10 s, as Kestrel.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether TLS is that of OpenSSL 3, spoken to directly, where it is there and the key can be given to it; otherwise that of .NET. Default: true.
    /// </summary>
    public bool UsesOpenSsl { get; init; } = true;
}
