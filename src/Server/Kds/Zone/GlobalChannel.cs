using System.IO.Compression;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Compression;
using Mesh.Server.Settings;

namespace Mesh.Server.Kds.Zone;

/// <summary>One connection to Global, on which all calls of a zone run.</summary>
internal sealed class GlobalChannel : IDisposable
{
    // Kuma's Global ends connections that ask more often.
    private static readonly TimeSpan _pingDelay = TimeSpan.FromSeconds(16);
    private static readonly TimeSpan _pingTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _connectTimeout = TimeSpan.FromSeconds(10);

    private readonly SocketsHttpHandler _handler;
    private readonly GrpcChannel _channel;
    private readonly TimeProvider _clock;
    private WatchedStream? _stream;

    public GlobalChannel(Uri address, ZoneKdsSettings settings, TimeProvider clock)
    {
        _clock = clock;
        _handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = _connectTimeout,
            ConnectCallback = ConnectAsync,
            EnableMultipleHttp2Connections = false,
            KeepAlivePingDelay = _pingDelay,
            KeepAlivePingTimeout = _pingTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            SslOptions = Tls(settings),
        };
        _channel = GrpcChannel.ForAddress(
            new UriBuilder(address) { Scheme = address.Scheme == "grpc" ? "http" : "https" }.Uri,
            new GrpcChannelOptions
            {
                HttpHandler = _handler,
                MaxReceiveMessageSize = settings.MaxMsgSize,
                MaxSendMessageSize = settings.MaxMsgSize,
                MaxRetryAttempts = 0,
                CompressionProviders = [new GzipCompressionProvider(CompressionLevel.Fastest)],
            });
        Calls = _channel.CreateCallInvoker();
    }

    /// <summary>Makes calls.</summary>
    public CallInvoker Calls { get; }

    /// <summary>How long nothing was received; zero before there is a connection.</summary>
    public TimeSpan Silence => Volatile.Read(ref _stream)?.Silence ?? TimeSpan.Zero;

    public void Dispose()
    {
        _channel.Dispose();
        _handler.Dispose();
        _stream?.Dispose();
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        return _stream = new WatchedStream(new NetworkStream(socket, ownsSocket: true), _clock);
    }

    private static SslClientAuthenticationOptions Tls(ZoneKdsSettings settings)
    {
        var options = new SslClientAuthenticationOptions();
        if (settings.TlsSkipVerify)
        {
#pragma warning disable CA5359 // It was asked for: multizone.zone.kds.tlsSkipVerify, and the log says what it means.
            options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (settings.RootCaFile.Length > 0)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.ImportFromPemFile(settings.RootCaFile);
            options.CertificateChainPolicy = policy;
        }

        return options;
    }
}
