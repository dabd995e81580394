using System.Net;
using System.Net.Sockets;

namespace Mesh.Testing.Network;

/// <summary>
/// Ports for servers that are told theirs before they have it, and that come back to it after they were killed. They are none of those that the system
/// gives to outgoing connections by itself: meanwhile one of these would have it, or a client that tries again would get it and be connected to itself.
/// Each is given once, and begins anywhere: others may run beside.
/// </summary>
public static class FreePorts
{
    private const int First = 20_000;

    /// <summary>Where Linux begins to give ports by itself (<c>net.ipv4.ip_local_port_range</c>).</summary>
    private const int End = 32_768;

    private static int _given = Random.Shared.Next(End - First);

    /// <summary>A port that nobody listens on, on no address of this machine.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static int Next()
    {
        for (var tried = First; tried < End; tried++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _given) % (End - First));
            if (IsFree(port))
            {
                return port;
            }
        }

        throw new InvalidOperationException($"no port is free between {First} and {End}");
    }

    /// <summary>Some of them.</summary>
    public static int[] Take(int count) => [.. Enumerable.Range(0, count).Select(_ => Next())];

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Any, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
