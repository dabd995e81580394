using System.Net.Sockets;
using System.Text;

namespace Mesh.Server.Ads.Transport;

/// <summary>
/// How TCP finds out what the network carries, by the name that Linux has for it. One that paces (<c>bbr</c>) arms a timer for each segment unless a queue of
/// the network (<c>fq</c>) paces for it; a push is one segment or a few, with nothing to be spread over time, and the timer costs as much
/// as a tenth to a fifth of it (docs/decisions/0020-congestion-control.md).
/// </summary>
public static class CongestionControl
{
    /// <summary>The system's, unless that paces: then the first of <c>cubic</c> and <c>reno</c> that may be used.</summary>
    public const string Auto = "auto";

    /// <summary>Whatever the system uses.</summary>
    public const string OfSystem = "system";

    /// <summary>Longest name, in bytes (TCP_CA_NAME_MAX without the end).</summary>
    public const int MaxName = 15;

    // IPPROTO_TCP, TCP_CONGESTION.
    private const int TcpLevel = 6;
    private const int TcpCongestion = 13;

    private static readonly string[] _unpaced = ["cubic", "reno"];

    /// <summary>What sockets are to be told.</summary>
    /// <param name="wanted"><see cref="Auto"/>, <see cref="OfSystem"/> or a name.</param>
    /// <param name="name">Null: nothing, the system's is used.</param>
    /// <returns>False: this system has none of that name, or does not let this process use it.</returns>
    public static bool TryChoose(string wanted, out string? name)
    {
        name = null;
        if (wanted == OfSystem || (wanted == Auto && !OperatingSystem.IsLinux()))
        {
            return true;
        }

        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        if (wanted == Auto)
        {
            name = Of(socket).StartsWith("bbr", StringComparison.Ordinal) ? _unpaced.FirstOrDefault(other => TryUse(socket, other)) : null;
            return true;
        }

        name = TryUse(socket, wanted) ? wanted : null;
        return name is not null;
    }

    /// <summary>Has a socket use what was chosen, and the connections that it accepts.</summary>
    /// <exception cref="SocketException">It cannot.</exception>
    public static void Use(Socket socket, string name)
    {
        ArgumentNullException.ThrowIfNull(socket);
        socket.SetRawSocketOption(TcpLevel, TcpCongestion, Encoding.ASCII.GetBytes(name));
    }

    /// <summary>What a socket uses. Linux only.</summary>
    public static string Of(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        Span<byte> name = stackalloc byte[MaxName + 1];
        name = name[..socket.GetRawSocketOption(TcpLevel, TcpCongestion, name)];
        var end = name.IndexOf((byte)0);
        return Encoding.ASCII.GetString(end < 0 ? name : name[..end]);
    }

    private static bool TryUse(Socket socket, string name)
    {
        try
        {
            Use(socket, name);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
