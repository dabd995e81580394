using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Mesh.Server.Ads.Admission;
using Mesh.Server.Ads.Http2;
using Mesh.Server.Ads.Sockets.Polling;
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
    private readonly Http2Host _host;
    private readonly HandshakeGate _gate;
    private readonly Deadlines _deadlines;
    private readonly TimeSpan _handshakeTimeout;
    private readonly TlsContext? _tls;
    private readonly SslServerAuthenticationOptions? _tlsOfRuntime;

    public Greeting(Http2Host host, SocketsOptions options, HandshakeGate gate, Deadlines deadlines)
    {
        _host = host;
        _gate = gate;
        _deadlines = deadlines;
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

    /// <summary>Until when clients are to have said something.</summary>
    public Deadlines Deadlines => _deadlines;

    private bool IsEncrypted => _tls is not null || _tlsOfRuntime is not null;

    /// <summary>Meets a client.</summary>
    /// <returns>Null: it left, or did not make itself understood in time; the socket is closed.</returns>
    public async Task<Greeted?> MeetAsync(Socket socket)
    {
        var remote = socket.RemoteEndPoint as IPEndPoint;
        var bytes = BytesOf(socket);
        var stream = bytes;
        var hello = new Hello(_host.Buffers);
        var isMet = false;
        try
        {
            socket.NoDelay = true;
            if (IsEncrypted)
            {
                stream = await SecureAsync(bytes).ConfigureAwait(false);
            }

            Begin(bytes, _host.Options.FirstMessageTimeout);
            // Who says nothing costs no buffer.
            await stream.ReadAsync(Memory<byte>.Empty).ConfigureAwait(false);
            while (hello.Kind == ClientKind.Unknown)
            {
                var read = await stream.ReadAsync(hello.Room()).ConfigureAwait(false);
                if (read == 0)
                {
                    return null;
                }

                hello.Take(read);
                if (hello.IsDueToBeAnswered)
                {
                    hello.WasAnswered = true;
                    await stream.WriteAsync(Http2Settings.Empty).ConfigureAwait(false);
                }
            }

            End(bytes);
            isMet = true;
            return new Greeted(new Wire(socket, bytes, stream), LinkOf(stream, remote), hello);
        }
        catch (Exception failed) when (EndOfStream.IsConnectionLoss(failed) || failed is AuthenticationException or SocketException)
        {
            _host.Log.NotEstablished(remote, failed.Message);
            return null;
        }
        finally
        {
            if (!isMet)
            {
                hello.Release();
                _deadlines.TryEnd(bytes);
                await stream.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private static Stream BytesOf(Socket socket) =>
        Poller.IsSupported ? new PolledStream(socket, Poller.Next()) : new NetworkStream(socket, ownsSocket: true);

    private static ClientLink LinkOf(Stream stream, IPEndPoint? remote)
    {
        var protocol = stream switch
        {
            TlsStream tls => tls.Protocol,
            SslStream tls => tls.SslProtocol,
            _ => SslProtocols.None,
        };
        return new ClientLink(remote, protocol);
    }

    private async Task<Stream> SecureAsync(Stream bytes)
    {
        // Who says nothing needs no place.
        Begin(bytes, _handshakeTimeout);
        await bytes.ReadAsync(Memory<byte>.Empty).ConfigureAwait(false);
        End(bytes);
        // The handshake's time begins with its turn, but nobody waits for that for ever.
        Begin(bytes, _host.Options.Admission.MaxWait);
        await _gate.EnterAsync().ConfigureAwait(false);
        using var place = _gate.TakePlace();
        End(bytes);
        Begin(bytes, _handshakeTimeout);
        Stream? tls = null;
        try
        {
            if (_tls is not null)
            {
                var ours = new TlsStream(bytes, _tls, _host.Buffers);
                tls = ours;
                await ours.AcceptAsync(place, CancellationToken.None).ConfigureAwait(false);
            }
            else
            {
                var ofRuntime = new SslStream(bytes, leaveInnerStreamOpen: false);
                tls = ofRuntime;
                await ofRuntime.AuthenticateAsServerAsync(_tlsOfRuntime!).ConfigureAwait(false);
            }

            End(bytes);
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

    private void Begin(Stream bytes, TimeSpan patience)
    {
        if (!_deadlines.TryBegin(bytes, patience))
        {
            throw new IOException("the server stops");
        }
    }

    private void End(Stream bytes)
    {
        if (!_deadlines.TryEnd(bytes))
        {
            throw new IOException("the client was too slow");
        }
    }
}
