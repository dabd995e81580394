using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Mesh.Server.Ads.Admission;
using Mesh.Server.Ads.Http2;
using Mesh.Server.Ads.Http2.Frames;
using Mesh.Server.Ads.Http2.Headers;
using Mesh.Server.Ads.Sockets.Tls;
using Mesh.Server.Ads.Streams;

namespace Mesh.Server.Ads.Sockets;

/// <summary>
/// The begin of a connection: TLS when it is its turn, then as many bytes as tell whose it is. HTTP/2 is recognised by its preface, not by
/// ALPN: Envoy speaks it without saying so (contract §5.3). The first call of a connection decides who serves all of it; clients that
/// say nothing before they have heard the server get an empty SETTINGS frame, which obliges nobody.
/// </summary>
internal sealed class Greeting
{
    private const int FirstRead = 1024;

    /// <summary>What may precede the end of the first header block.</summary>
    private const int MaxBegin = RequestHead.MaxSize + 4096;

    private readonly Http2Host _host;
    private readonly HandshakeGate _gate;
    private readonly TimeSpan _handshakeTimeout;
    private readonly TlsContext? _tls;
    private readonly SslServerAuthenticationOptions? _tlsOfRuntime;

    public Greeting(Http2Host host, SocketsOptions options, HandshakeGate gate)
    {
        _host = host;
        _gate = gate;
        _handshakeTimeout = options.HandshakeTimeout;
        if (options.Certificate is null)
        {
            return;
        }

        _tls = options.UsesOpenSsl ? TlsContext.TryCreate(options.Certificate, options.Intermediates, options.Versions) : null;
        _tlsOfRuntime = _tls is not null ? null : new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(options.Certificate, options.Intermediates, offline: true),
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            EnabledSslProtocols = options.Versions,
        };
    }

    private bool IsEncrypted => _tls is not null || _tlsOfRuntime is not null;

    /// <summary>Meets a client.</summary>
    /// <returns>Null: it left, or did not make itself understood in time; the socket is closed.</returns>
    public async Task<Greeted?> MeetAsync(Socket socket, CancellationToken cancellationToken)
    {
        var remote = socket.RemoteEndPoint;
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        var isMet = false;
        try
        {
            socket.NoDelay = true;
            if (IsEncrypted)
            {
                stream = await SecureAsync(socket, stream, cancellationToken).ConfigureAwait(false);
            }

            using var impatience = new CancellationTokenSource(_host.Options.FirstMessageTimeout, _host.Clock);
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(impatience.Token, cancellationToken);
            var (kind, begin) = await ListenAsync(stream, ending.Token).ConfigureAwait(false);
            isMet = kind != ClientKind.Unknown;
            return isMet ? Meet(socket, stream, remote, kind, begin) : null;
        }
        catch (Exception failed) when (EndOfStream.IsConnectionLoss(failed) || failed is AuthenticationException or SocketException)
        {
            _host.Log.NotEstablished(remote as IPEndPoint, failed.Message);
            return null;
        }
        finally
        {
            if (!isMet)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private static Greeted Meet(Socket socket, Stream stream, EndPoint? remote, ClientKind kind, byte[] begin)
    {
        var protocol = stream switch
        {
            TlsStream tls => tls.Protocol,
            SslStream tls => tls.SslProtocol,
            _ => SslProtocols.None,
        };
        var client = new ClientLink(remote as IPEndPoint, protocol != SslProtocols.None);
        return new Greeted(new Wire(socket, stream), client, kind == ClientKind.Proxy, kind != ClientKind.Http1, begin)
        {
            Protocol = protocol,
            Local = socket.LocalEndPoint,
            Remote = remote,
        };
    }

    private async Task<Stream> SecureAsync(Socket socket, Stream plain, CancellationToken cancellationToken)
    {
        using (var silence = new CancellationTokenSource(_handshakeTimeout, _host.Clock))
        using (var ending = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken))
        {
            // Who says nothing needs no place.
            await plain.ReadAsync(Memory<byte>.Empty, ending.Token).ConfigureAwait(false);
        }

        await _gate.EnterAsync().ConfigureAwait(false);
        using var place = _gate.TakePlace();
        using var impatience = new CancellationTokenSource(_handshakeTimeout, _host.Clock);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(impatience.Token, cancellationToken);
        Stream? tls = null;
        try
        {
            if (_tls is not null)
            {
                var ours = new TlsStream(socket, _tls, _host.Buffers);
                tls = ours;
                await ours.AcceptAsync(leaving.Token).ConfigureAwait(false);
            }
            else
            {
                var ofRuntime = new SslStream(plain, leaveInnerStreamOpen: false);
                tls = ofRuntime;
                await ofRuntime.AuthenticateAsServerAsync(_tlsOfRuntime!, leaving.Token).ConfigureAwait(false);
            }

            return tls;
        }
        catch
        {
            if (tls is not null)
            {
                await tls.DisposeAsync().ConfigureAwait(false);
            }

            throw;
        }
    }

    /// <summary>Reads until it is clear who speaks.</summary>
    private static async Task<(ClientKind Kind, byte[] Begin)> ListenAsync(Stream stream, CancellationToken cancellationToken)
    {
        // Who says nothing costs no buffer.
        await stream.ReadAsync(Memory<byte>.Empty, cancellationToken).ConfigureAwait(false);
        var buffer = new byte[FirstRead];
        var length = 0;
        var hasSpoken = false;
        while (true)
        {
            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(2 * length, MaxBegin));
            }

            var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return (ClientKind.Unknown, []);
            }

            length += read;
            var kind = FirstCall.KindOf(buffer.AsSpan(0, length));
            if (kind == ClientKind.Unknown && length == MaxBegin)
            {
                // Ours know what to say to somebody who goes on like this.
                kind = ClientKind.Proxy;
            }

            switch (kind)
            {
                case ClientKind.Unknown when !hasSpoken && FirstCall.IsHttp2(buffer.AsSpan(0, length)):
                    hasSpoken = true;
                    await stream.WriteAsync(Http2Settings.Empty.ToArray(), cancellationToken).ConfigureAwait(false);
                    break;
                case ClientKind.Unknown:
                    break;
                case ClientKind.Proxy:
                    if (!hasSpoken)
                    {
                        await stream.WriteAsync(Http2Settings.Empty.ToArray(), cancellationToken).ConfigureAwait(false);
                    }

                    return (kind, buffer[FrameHeader.Preface.Length..length]);
                default:
                    return (kind, buffer[..length]);
            }
        }
    }
}
