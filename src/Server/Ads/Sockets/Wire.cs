using System.Net.Security;
using System.Net.Sockets;
using Mesh.Server.Ads.Sockets.Polling;
using Mesh.Server.Ads.Sockets.Tls;
using Mesh.Server.Ads.Streams;

namespace Mesh.Server.Ads.Sockets;

/// <summary>The bytes of a connection: its socket, plain or with TLS.</summary>
/// <param name="socket">The socket.</param>
/// <param name="bytes">Its bytes.</param>
/// <param name="stream">Plain bytes of the client: the same, or what TLS makes of them.</param>
internal sealed class Wire(Socket socket, Stream bytes, Stream stream) : IDisposable
{
    /// <summary>Plain bytes of the client.</summary>
    public Stream Stream => stream;

    public Socket Socket => socket;

    /// <summary>
    /// Who waits for bytes goes on where they are noticed, on a thread of other connections too: for those who wait there for nothing else.
    /// </summary>
    public void GoOnInline()
    {
        if (bytes is PolledStream polled)
        {
            polled.GoesOnInline = true;
        }
    }

    /// <summary>
    /// Ends our side behind what was sent. The client's is left open until it ends, so that nothing which is under way to it is thrown
    /// away: a socket that is closed with unread input takes its unsent output along.
    /// </summary>
    public async Task CloseAsync()
    {
        try
        {
            switch (stream)
            {
                case TlsStream tls:
                    await tls.CloseAsync().ConfigureAwait(false);
                    break;
                case SslStream tls:
                    await tls.ShutdownAsync().ConfigureAwait(false);
                    break;
            }

            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception lost) when (EndOfStream.IsConnectionLoss(lost) || lost is SocketException)
        {
            // The client was faster.
        }
    }

    /// <summary>Ends both sides now.</summary>
    public void Dispose() => stream.Dispose();
}
