using System.Net;
using System.Net.Sockets;

namespace Mesh.Cli.Demo;

/// <summary>Ports that nobody listens on.</summary>
internal static class FreePorts
{
    /// <summary>So many different ports of an address of this machine.</summary>
    public static int[] Of(IPAddress address, int count)
    {
        var listeners = new TcpListener[count];
        for (var i = 0; i < count; i++)
        {
            listeners[i] = new TcpListener(address, 0);
            listeners[i].Start();
        }

        // Kept open until all are chosen, so that no port is given twice.
        var ports = Array.ConvertAll(listeners, l => ((IPEndPoint)l.LocalEndpoint).Port);
        Array.ForEach(listeners, l => l.Dispose());
        return ports;
    }
}
