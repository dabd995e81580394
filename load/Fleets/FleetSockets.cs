using System.Net;
using System.Net.Sockets;
using Mesh.Server.Ads.Transport;

namespace Mesh.Load.Fleets;

/// <summary>Makes the sockets of a fleet's connections to a server.</summary>
internal sealed class FleetSockets(IPEndPoint server)
{
    private const int ConnectionsPerSource = 4000;

    // IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT: the port is chosen when the socket connects. One that bind(2) chose is nobody else's, whatever
    // the addresses, until the connection has rested after its end: after tens of thousands of them the kernel's floor got no ports.
    private const int IpLevel = 0;
    private const int BindAddressNoPort = 24;

    // As the server's: a timer for each request would cost this process, which shares processors with the server, as much as the server's cost that.
    private static readonly string? _congestionControl = CongestionControl.TryChoose(CongestionControl.Auto, out var name) ? name : null;

    private int _generation;

    /// <summary>Where they connect to.</summary>
    public IPEndPoint Server => server;

    /// <summary>The whole fleet connects again: with other addresses, for the ports of connections that were dropped rest for a while.</summary>
    public void Begin() => Volatile.Write(ref _generation, _generation + 1);

    /// <summary>A socket for a connection by number, not connected.</summary>
    /// <exception cref="SocketException">The system has no more.</exception>
    public Socket Create(int connection)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (_congestionControl is { } name)
        {
            CongestionControl.Use(socket, name);
        }

        if (IPAddress.IsLoopback(server.Address))
        {
            // One address has 28,000 ports.
            socket.SetRawSocketOption(IpLevel, BindAddressNoPort, [1, 0, 0, 0]);
            var source = 1 + (((connection / ConnectionsPerSource) + (Volatile.Read(ref _generation) * 8)) % 250);
            socket.Bind(new IPEndPoint(new IPAddress([127, 0, 1, (byte)source]), 0));
        }

        return socket;
    }
}
