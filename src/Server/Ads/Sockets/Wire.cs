using System.Net.Security;
using System.Net.Sockets;
using Mesh.Server.Ads.Sockets.Tls;
using Mesh.Server.Ads.Streams;

namespace Mesh.Server.Ads.Sockets;

/// <summary>The bytes of a connection: its socket, plain or with TLS.</summary>
internal sealed class Wire(Socket socket, Stream stream) : IDisposable
{
    /// <summary>Plain bytes of the client.</summary>
    public Stream Stream => stream;

    public Socket Socket => socket;

    /// <summary>Whether they are the socket's own.</summary>
    public bool IsPlain => stream is NetworkStream;

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
