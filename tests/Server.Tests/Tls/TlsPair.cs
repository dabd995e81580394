using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Server.Ads.Sockets.Polling;
using Mesh.Server.Ads.Sockets.Tls;
using Mesh.Server.Ads.Transport;

namespace Mesh.Server.Tests.Tls;

/// <summary>Our side of a TLS connection, and a client of .NET at the other end of its socket.</summary>
internal sealed class TlsPair : IDisposable
{
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(30);

    private TlsPair(Socket client, Socket server, TlsContext context, Func<Stream, Stream> wrap)
    {
        Socket = client;
        Server = new TlsStream(Poller.IsSupported ? new PolledStream(server, Poller.Next()) : new NetworkStream(server, ownsSocket: true), context, Buffers);
        Client = new SslStream(wrap(new NetworkStream(client, ownsSocket: true)));
    }

    public static X509Certificate2 Rsa { get; } = Create(RSA.Create(2048));

    public static X509Certificate2 Ecdsa { get; } = Create(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Ends what does not end by itself.</summary>
    public static CancellationToken Deadline => new CancellationTokenSource(_deadline).Token;

    public TransportBuffers Buffers { get; } = new();

    public TlsStream Server { get; }

    public SslStream Client { get; }

    /// <summary>The client's.</summary>
    public Socket Socket { get; }

    public X509Chain? Shown { get; private set; }

    /// <summary>Two connected ends that have not shaken hands.</summary>
    public static async Task<TlsPair> ConnectAsync(TlsContext context, Func<Stream, Stream>? wrap = null)
    {
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await client.ConnectAsync(listener.LocalEndPoint!, Deadline);
        return new TlsPair(client, await listener.AcceptAsync(Deadline), context, wrap ?? (stream => stream));
    }

    /// <summary>Two ends that have.</summary>
    public static async Task<TlsPair> ShakeHandsAsync(TlsContext context, SslProtocols protocol = SslProtocols.None, Func<Stream, Stream>? wrap = null)
    {
        var pair = await ConnectAsync(context, wrap);
        await Task.WhenAll(pair.Server.AcceptAsync(null, Deadline), pair.GreetAsync(protocol));
        return pair;
    }

    /// <summary>The client's handshake.</summary>
    public Task GreetAsync(SslProtocols protocol = SslProtocols.None, params SslApplicationProtocol[] alpn)
    {
        var options = new SslClientAuthenticationOptions { TargetHost = "localhost", EnabledSslProtocols = protocol, ApplicationProtocols = [.. alpn] };
#pragma warning disable CA5359 // The servers of tests have certificates of the moment.
        options.RemoteCertificateValidationCallback = (_, _, chain, _) =>
        {
            Shown = chain;
            Extra = [.. chain!.ChainPolicy.ExtraStore.Select(certificate => certificate.Thumbprint)];
            return true;
        };
#pragma warning restore CA5359
        return Client.AuthenticateAsClientAsync(options, Deadline);
    }

    /// <summary>Thumbprints of what the server sent with its certificate.</summary>
    public string[] Extra { get; private set; } = [];

    public void Dispose()
    {
        Server.Dispose();
        Client.Dispose();
    }

    private static X509Certificate2 Create(AsymmetricAlgorithm key)
    {
        var request = key is RSA rsa
            ? new CertificateRequest("CN=localhost", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest("CN=localhost", (ECDsa)key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
