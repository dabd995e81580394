using System.Net.Security;
using System.Security.Authentication;

namespace Mesh.Load.Sockets;

/// <summary>TLS over a link, without a thread or task of its own: everything runs when bytes come.</summary>
#pragma warning disable CA1001 // What it owns ends with its reading loop, on the reactor's thread.
internal sealed class TlsLink(Reactor reactor, ILinkHandler handler) : ILink, ILinkHandler
#pragma warning restore CA1001
{
    private readonly byte[] _plain = reactor.Buffer;
    private ILink? _link;
    private TlsInbox? _inbox;
    private SslStream? _tls;
    private bool _isClosed;

    public void Opened(ILink link)
    {
        _link = link;
        _inbox = new TlsInbox(link);
#pragma warning disable CA5359 // A measurement on this machine, against certificates of the moment.
        _tls = new SslStream(_inbox, leaveInnerStreamOpen: true, (_, _, _, _) => true);
#pragma warning restore CA5359
        _ = RunAsync();
    }

    public void Received(ReadOnlySpan<byte> bytes) => _inbox!.Bring(bytes);

    public void Closed(string reason)
    {
        _inbox?.End();
        Tell(reason);
    }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        if (!_isClosed)
        {
            _tls!.Write(bytes);
        }
    }

    public void SetReading(bool reads) => _link!.SetReading(reads);

    public void Close()
    {
        _isClosed = true;
        _link?.Close();
        _inbox?.End();
    }

    private async Task RunAsync()
    {
        try
        {
            await _tls!.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                ApplicationProtocols = [SslApplicationProtocol.Http2],
                // Each virtual Envoy stands for a process of its own, which has no session to resume.
                AllowTlsResume = false,
            }).ConfigureAwait(false);
            handler.Opened(this);
            while (!_isClosed)
            {
                // Without a buffer first: an idle connection holds none. The reactor's is free again when bytes have come.
                await _tls.ReadAsync(Memory<byte>.Empty).ConfigureAwait(false);
                var count = await _tls.ReadAsync(_plain).ConfigureAwait(false);
                if (count == 0)
                {
                    break;
                }

                handler.Received(_plain.AsSpan(0, count));
            }
        }
        catch (Exception e) when (e is IOException or AuthenticationException or ObjectDisposedException)
        {
            Tell(e.Message);
        }
        finally
        {
            await _tls!.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void Tell(string reason)
    {
        if (!_isClosed)
        {
            _isClosed = true;
            _link!.Close();
            handler.Closed(reason);
        }
    }
}
