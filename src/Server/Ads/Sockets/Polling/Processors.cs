using System.Numerics;
using System.Runtime.InteropServices;

namespace Mesh.Server.Ads.Sockets.Polling;

/// <summary>
/// Which processors the threads of this process may run on. A thread that is woken is put on an idle processor, unless that looks taken: one of a virtual
/// machine does, whose host has given it to others while it was idle. Then all that is woken waits behind who woke it.
/// </summary>
internal static unsafe partial class Processors
{
    // cpu_set_t
    private const int SetWords = 16;

    /// <summary>Numbers of the processors of the calling thread; none: the system does not tell.</summary>
    public static IReadOnlyList<int> Allowed()
    {
        var set = stackalloc ulong[SetWords];
        if (!OperatingSystem.IsLinux() || GetAffinity(0, SetWords * sizeof(ulong), set) < 0)
        {
            return [];
        }

        var numbers = new List<int>();
        for (var word = 0; word < SetWords; word++)
        {
            for (var left = set[word]; left != 0; left &= left - 1)
            {
                numbers.Add((word * 64) + BitOperations.TrailingZeroCount(left));
            }
        }

        return numbers;
    }

    /// <summary>Keeps the calling thread on one processor. False: the system does not.</summary>
    public static bool TryKeepOn(int number)
    {
        var set = stackalloc ulong[SetWords];
        new Span<ulong>(set, SetWords).Clear();
        if (!OperatingSystem.IsLinux() || number < 0 || number >= SetWords * 64)
        {
            return false;
        }

        set[number / 64] = 1UL << (number % 64);
        return SetAffinity(0, SetWords * sizeof(ulong), set) == 0;
    }

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetAffinity(int thread, nint size, ulong* set);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetAffinity(int thread, nint size, ulong* set);
}
