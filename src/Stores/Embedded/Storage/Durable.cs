using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mesh.Stores.Embedded.Storage;

/// <summary>
/// What makes bytes durable, or says that they are not. The runtime's own takes some refusals of the system for success (of a file system that has become
/// read-only among them, which is what is left of one whose journal failed): what was acknowledged then would be gone after the next start.
/// </summary>
internal static class Durable
{
    // EINTR
    private const int Interrupted = 4;

    /// <summary>Flushes a file or folder to its disk.</summary>
    /// <param name="handle">Open.</param>
    /// <param name="path">Which it is, for people.</param>
    /// <exception cref="IOException">It cannot be flushed: nothing is known of what was written since it was last.</exception>
    public static void Flush(SafeFileHandle handle, string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            // Elsewhere fsync does not reach the disk, and the runtime knows what does.
            RandomAccess.FlushToDisk(handle);
            return;
        }

        while (Fsync(handle) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error != Interrupted)
            {
                throw new IOException($"{path} cannot be flushed: {Marshal.GetPInvokeErrorMessage(error)} (errno {error})");
            }
        }
    }

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Fsync(SafeFileHandle handle);
}
