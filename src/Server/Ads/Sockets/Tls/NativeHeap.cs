using System.Runtime.InteropServices;

namespace Mesh.Server.Ads.Sockets.Tls;

/// <summary>
/// Gives the system back what handshakes left free in the C library's heap. A handshake allocates and frees many times what a connection
/// keeps; when thousands connect at once the pages between what is kept stay with the process (20 KB for each of 1,000), until the heap is told. It
/// is when a burst is over.
/// </summary>
internal sealed class NativeHeap(Action? trim)
{
    /// <summary>Handshakes and ends of connections that are worth a look at the whole heap.</summary>
    public const int Burst = 100;

    /// <summary><c>M_TRIM_THRESHOLD</c> of <c>mallopt</c>: free bytes at the end of a heap from which on it gives them back.</summary>
    private const int TrimThreshold = -1;

    private const int LargestFreeEnd = 16 * 1024 * 1024;

    private int _uses;
    private int _seen;
    private int _trimmed;

    /// <summary>The one of this process.</summary>
    public NativeHeap()
        : this(FindTrim())
    {
    }

    /// <summary>A connection has shaken hands, or has ended.</summary>
    public void Use() => Interlocked.Increment(ref _uses);

    /// <summary>Trims if there was a burst and it is over: nothing happened since the last look. For one caller, now and then.</summary>
    public void Look()
    {
        var uses = Volatile.Read(ref _uses);
        var isQuiet = uses == _seen;
        _seen = uses;
        if (isQuiet && unchecked(uses - _trimmed) >= Burst)
        {
            _trimmed = uses;
            trim?.Invoke();
        }
    }

    /// <summary>GNU's C library has it, others give back by themselves.</summary>
    private static unsafe Action? FindTrim()
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libc.so.6", out var library)
            || !NativeLibrary.TryGetExport(library, "malloc_trim", out var trim) || !NativeLibrary.TryGetExport(library, "mallopt", out var set))
        {
            return null;
        }

        _ = ((delegate* unmanaged[Cdecl]<int, int, int>)set)(TrimThreshold, LargestFreeEnd);
        return () => _ = ((delegate* unmanaged[Cdecl]<nuint, int>)trim)(0);
    }
}
