using System.Numerics;
using System.Runtime.InteropServices;

namespace Mesh.Load.Http2;

/// <summary>
/// Where messages are put together that come in pieces, one pool for each thread. A fleet that gets its configuration has hundreds of megabytes of unfinished
/// messages, and touching that much new memory a page at a time took a fifth of the simulator's processor time: this is memory in large pages where the system
/// has them, which is kept.
/// </summary>
internal static unsafe partial class MessageBuffers
{
    private const int SmallestShift = 12;
    private const int LargestShift = 30;
    private const nuint LargePage = 2 * 1024 * 1024;
    private const nuint Chunk = 16 * LargePage;
    private const int AdviseLargePages = 14;

    [ThreadStatic]
    private static Stack<nint>?[]? _free;

    [ThreadStatic]
    private static byte* _chunk;

    [ThreadStatic]
    private static nuint _left;

    /// <summary>Memory for so many bytes.</summary>
    public static MessageBuffer Rent(int length)
    {
        var shift = Math.Max(SmallestShift, 32 - BitOperations.LeadingZeroCount((uint)length - 1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shift, LargestShift);
        var size = (nuint)1 << shift;
        return new MessageBuffer(FreeOf(shift).TryPop(out var address) ? (byte*)address : size > Chunk ? Allocate(size) : Carve(size), shift);
    }

    /// <summary>Takes memory back; mostly on the thread that got it.</summary>
    public static void Return(MessageBuffer buffer) => FreeOf(buffer.Shift).Push((nint)buffer.Bytes);

    private static Stack<nint> FreeOf(int shift) => (_free ??= new Stack<nint>?[LargestShift + 1])[shift] ??= new Stack<nint>();

    private static byte* Carve(nuint size)
    {
        if (_left < size)
        {
            // What is left of the former one stays unused: it is less than what is asked for.
            _chunk = Allocate(Chunk);
            _left = Chunk;
        }

        var address = _chunk;
        _chunk += size;
        _left -= size;
        return address;
    }

    private static byte* Allocate(nuint size)
    {
        var address = (byte*)NativeMemory.AlignedAlloc(size, LargePage);
        if (OperatingSystem.IsLinux())
        {
            // A wish: without large pages it is as good as any other memory.
            _ = Advise(address, size, AdviseLargePages);
        }

        return address;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(void* address, nuint length, int advice);
}
