using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Mesh.Load.Sockets;

/// <summary>
/// The two calls that every push costs, and that which connects without waiting, without what <see cref="Socket"/> puts around them: it counts the users of the
/// descriptor and translates errors, which one thread that owns it does not need. What fails is done again by the socket, which says why.
/// </summary>
internal static unsafe partial class SocketCalls
{
    private const int NoSignal = 0x4000;
    private const int InProgress = 115;

    /// <summary>Sends what fits.</summary>
    /// <returns>Bytes; negative: it failed, or nothing fits.</returns>
    public static int Send(int descriptor, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* from = bytes)
        {
            return (int)Send(descriptor, from, bytes.Length, NoSignal);
        }
    }

    /// <summary>Receives what is there.</summary>
    /// <returns>Bytes; 0: the peer ended; negative: it failed, or nothing is there.</returns>
    public static int Receive(int descriptor, Span<byte> to)
    {
        fixed (byte* into = to)
        {
            return (int)Receive(descriptor, into, to.Length, 0);
        }
    }

    /// <summary>Begins to connect; the descriptor becomes writable when it is done, or broken.</summary>
    /// <exception cref="SocketException">It cannot be begun.</exception>
    public static void Connect(int descriptor, EndPoint server)
    {
        var address = server.Serialize();
        fixed (byte* at = address.Buffer.Span)
        {
            if (Connect(descriptor, at, (uint)address.Size) < 0 && Marshal.GetLastPInvokeError() is not InProgress and var error)
            {
                throw new SocketException(error, Marshal.GetPInvokeErrorMessage(error));
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Connect(int descriptor, byte* address, uint length);

    [LibraryImport("libc", EntryPoint = "send")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Send(int descriptor, byte* from, nint count, int flags);

    [LibraryImport("libc", EntryPoint = "recv")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Receive(int descriptor, byte* into, nint count, int flags);
}
