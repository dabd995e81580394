using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Mesh.Server.Ads.Sockets.Polling;

/// <summary>The system's calls for sockets, that never wait.</summary>
internal static unsafe partial class LibC
{
    /// <summary>A call was interrupted by a signal.</summary>
    public const int Interrupted = 4;

    /// <summary>A call would have to wait.</summary>
    public const int WouldBlock = 11;

    /// <summary><c>MSG_DONTWAIT</c>: whatever the socket is set to.</summary>
    public const int DontWait = 0x40;

    /// <summary><c>MSG_NOSIGNAL</c>: a client that has gone is an error, no signal.</summary>
    public const int NoSignal = 0x4000;

    /// <summary>What .NET calls a failure of the system's.</summary>
    public static SocketError ErrorOf(int failure) => failure switch
    {
        32 => SocketError.Shutdown,
        101 => SocketError.NetworkUnreachable,
        104 => SocketError.ConnectionReset,
        105 => SocketError.NoBufferSpaceAvailable,
        107 => SocketError.NotConnected,
        110 => SocketError.TimedOut,
        113 => SocketError.HostUnreachable,
        _ => SocketError.SocketError,
    };

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint Receive(SafeHandle socket, byte* to, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint Send(SafeHandle socket, byte* from, nint length, int flags);
}
