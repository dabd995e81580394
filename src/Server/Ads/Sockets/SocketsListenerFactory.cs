using System.Net;
using System.Net.Sockets;
using Mesh.Server.Ads.Admission;
using Mesh.Server.Ads.Http2;
using Mesh.Server.Ads.Sockets.Tls;
using Microsoft.AspNetCore.Connections;

namespace Mesh.Server.Ads.Sockets;

/// <summary>
/// Makes Kestrel take its connections from ours: those of proxies are served here, and Kestrel gets the rest, behind TLS. It binds ports,
/// tells where it listens and stops as it does with its own transport.
/// </summary>
internal sealed class SocketsListenerFactory(Http2Host host, SocketsOptions options) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    /// <summary>A fleet that comes back at once must find room in the queue of the listening socket.</summary>
    private const int Backlog = 8192;

    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var socket = MeshAdsExtensions.Bind(endpoint, host.Options);
        try
        {
            socket.Listen(Backlog);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            socket.Dispose();
            throw new AddressInUseException(e.Message, e);
        }

        var gate = new HandshakeGate(MeshAdsExtensions.MaxHandshakes, host.Options.MaxStreams, options.HandshakeTimeout, host.Clock);
        var greeting = new Greeting(host, options, gate, new Deadlines(host.Clock));
        return ValueTask.FromResult<IConnectionListener>(new SocketsListener(socket, greeting, new NativeHeap(), host));
    }
}
