using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Mesh.Load.Sockets;

/// <summary>
/// The kernel's readiness queue, edge-triggered: what is ready is told once, and not asked again whether it still is. The runtime's own costs a hand-over to the thread pool and two objects per
/// operation; a simulator on the machine of the server it measures must cost as little as it can.
/// </summary>
internal sealed partial class Epoll : IDisposable
{
    public const uint Readable = 0x001;
    public const uint Writable = 0x004;
    public const uint Broken = 0x008 | 0x010;

    /// <summary>The peer sends no more. What it sent before may not have been read.</summary>
    public const uint PeerEnded = 0x2000;

    private const uint EdgeTriggered = 1u << 31;

    private const int MaxEvents = 1024;
    private const int Add = 1;
    private const int Remove = 2;
    private const int Modify = 3;

    // struct epoll_event is packed on x86-64 and aligned elsewhere.
    private static readonly int _eventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int _tagOffset = _eventSize - 8;

    private readonly byte[] _events = GC.AllocateArray<byte>(MaxEvents * _eventSize, pinned: true);
    private readonly int _queue = Check(Create(0));
    private readonly int _wake = Check(CreateEvent(0, 0x800));

    public Epoll() => Control(Add, _wake, Readable);

    /// <summary>Waits until something is ready, <see cref="Wake"/> was called, or a time is over.</summary>
    /// <param name="timeout">Milliseconds; -1: no end.</param>
    /// <returns>How many descriptors are ready.</returns>
    public unsafe int Wait(int timeout)
    {
        fixed (byte* events = _events)
        {
            var count = Wait(_queue, events, MaxEvents, timeout);
            return count >= 0 ? count : Marshal.GetLastPInvokeError() == 4 ? 0 : throw new Win32Exception();
        }
    }

    /// <summary>A ready descriptor and what it is ready for; false: it was a wake-up.</summary>
    public unsafe bool Take(int index, out int descriptor, out uint readiness)
    {
        var ready = _events.AsSpan(index * _eventSize, _eventSize);
        readiness = BinaryPrimitives.ReadUInt32LittleEndian(ready);
        descriptor = BinaryPrimitives.ReadInt32LittleEndian(ready[_tagOffset..]);
        if (descriptor != _wake)
        {
            return true;
        }

        ulong count;
        _ = Read(_wake, &count, 8);
        return false;
    }

    /// <summary>Lets <see cref="Wait(int)"/> return. From any thread.</summary>
    public unsafe void Wake()
    {
        ulong one = 1;
        _ = Write(_wake, &one, 8);
    }

    public void Register(int descriptor, uint interest) => Control(Add, descriptor, interest | EdgeTriggered);

    /// <summary>Changes what is told; what is ready at this moment is told again.</summary>
    public void Change(int descriptor, uint interest) => Control(Modify, descriptor, interest | EdgeTriggered);

    public void Unregister(int descriptor) => Control(Remove, descriptor, 0);

    public void Dispose()
    {
        _ = Close(_wake);
        _ = Close(_queue);
    }

    private unsafe void Control(int operation, int descriptor, uint interest)
    {
        Span<byte> what = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(what, interest);
        BinaryPrimitives.WriteInt64LittleEndian(what[_tagOffset..], descriptor);
        fixed (byte* pointer = what)
        {
            Check(Control(_queue, operation, descriptor, pointer));
        }
    }

    private static int Check(int result) => result >= 0 ? result : throw new Win32Exception();

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial int Control(int queue, int operation, int descriptor, byte* what);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial int Wait(int queue, byte* events, int max, int timeout);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int CreateEvent(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial nint Read(int descriptor, void* to, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial nint Write(int descriptor, void* from, nint count);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
