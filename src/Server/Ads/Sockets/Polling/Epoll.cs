using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Mesh.Server.Ads.Sockets.Polling;

/// <summary>
/// The kernel's readiness queue, edge-triggered: what a descriptor becomes ready for is told once, and not asked again whether it still is. One thread
/// waits; everything else is for any thread. Linux only.
/// </summary>
internal sealed unsafe partial class Epoll : IDisposable
{
    public const uint Readable = 0x001;
    public const uint Writable = 0x004;

    /// <summary>It has failed, or both sides have ended.</summary>
    public const uint Broken = 0x008 | 0x010;

    /// <summary>The peer sends no more. What it sent before may not have been read.</summary>
    public const uint PeerEnded = 0x2000;

    private const uint EdgeTriggered = 1u << 31;
    private const int MaxEvents = 1024;
    private const int Add = 1;
    private const int Remove = 2;
    private const int Modify = 3;
    private const int CloseOnExec = 0x80000;
    private const ulong WakeUp = ulong.MaxValue;

    // struct epoll_event is packed on x86-64 and aligned elsewhere.
    private static readonly int _eventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int _tagOffset = _eventSize - sizeof(ulong);

    private readonly byte[] _events = GC.AllocateArray<byte>(MaxEvents * _eventSize, pinned: true);
    private readonly int _queue = Check(Create(CloseOnExec));
    private readonly int _wake = Check(CreateEvent(0, CloseOnExec));

    /// <summary>An empty queue.</summary>
    /// <exception cref="Win32Exception">The system has no more descriptors.</exception>
    public Epoll() => Register(_wake, WakeUp, Readable);

    /// <summary>Waits until something is ready, <see cref="Wake"/> was called, or a time is over.</summary>
    /// <param name="timeout">Milliseconds; -1: no end.</param>
    /// <param name="max">Most descriptors that are told at once.</param>
    /// <returns>How many are ready, for <see cref="Take"/>.</returns>
    public int Wait(int timeout, int max = MaxEvents)
    {
        fixed (byte* events = _events)
        {
            var count = Wait(_queue, events, Math.Min(max, MaxEvents), timeout);
            return count >= 0 ? count : Marshal.GetLastPInvokeError() == LibC.Interrupted ? 0 : throw new Win32Exception();
        }
    }

    /// <summary>A ready descriptor's tag, and what it is ready for; false: it was a wake-up.</summary>
    public bool Take(int index, out ulong tag, out uint readiness)
    {
        var ready = _events.AsSpan(index * _eventSize, _eventSize);
        readiness = BinaryPrimitives.ReadUInt32LittleEndian(ready);
        tag = BinaryPrimitives.ReadUInt64LittleEndian(ready[_tagOffset..]);
        return tag != WakeUp;
    }

    /// <summary>Lets <see cref="Wait(int, int)"/> return.</summary>
    public void Wake()
    {
        // Each write is an edge: nobody needs to read it.
        ulong one = 1;
        _ = Write(_wake, &one, sizeof(ulong));
    }

    /// <summary>Tells of a descriptor from now on, also what it is ready for already, until it is closed.</summary>
    /// <param name="descriptor">Open, and not closed meanwhile.</param>
    /// <param name="tag">Told with it; not the largest number.</param>
    /// <param name="interest">What to tell.</param>
    /// <exception cref="Win32Exception">The system refuses.</exception>
    public void Register(int descriptor, ulong tag, uint interest) => Control(Add, descriptor, tag, interest | EdgeTriggered);

    /// <summary>Changes what is told; what is ready at this moment is told again.</summary>
    public void Change(int descriptor, ulong tag, uint interest) => Control(Modify, descriptor, tag, interest | EdgeTriggered);

    /// <summary>Tells of a descriptor no more.</summary>
    public void Unregister(int descriptor) => Control(Remove, descriptor, 0, 0);

    public void Dispose()
    {
        _ = Close(_wake);
        _ = Close(_queue);
    }

    private static int Check(int result) => result >= 0 ? result : throw new Win32Exception();

    private void Control(int operation, int descriptor, ulong tag, uint interest)
    {
        Span<byte> what = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(what, interest);
        BinaryPrimitives.WriteUInt64LittleEndian(what[_tagOffset..], tag);
        fixed (byte* pointer = what)
        {
            _ = Check(Control(_queue, operation, descriptor, pointer));
        }
    }

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Control(int queue, int operation, int descriptor, byte* what);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Wait(int queue, byte* events, int max, int timeout);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int CreateEvent(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Write(int descriptor, void* from, nint count);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
