using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Mesh.Server.Ads.Sockets.Polling;

/// <summary>
/// A thread that waits for sockets (<c>epoll</c>, edge-triggered) and lets go on whoever waits for one of them, on itself or on the thread pool, and
/// that writes to them in between. The runtime's own hands each event from its thread to another one and asks the socket twice. Lives as long as the
/// process.
/// </summary>
internal sealed unsafe class Poller
{
    private const int MaxPollers = 16;
    private const int MaxEvents = 256;
    private const int CloseOnExec = 0x80000;

    /// <summary>
    /// While there is something to be written, so many sockets are looked after between turns of writing: a change is on its way to everybody before most
    /// of those who got it are heard.
    /// </summary>
    private const int MaxEventsBetweenTurns = 16;
    private const int TurnsInARow = 4;
    private const ulong WakeUp = ulong.MaxValue;
    private const int Add = 1;

    private const uint Readable = 0x001;
    private const uint Writable = 0x004;
    private const uint Failed = 0x008;
    private const uint HungUp = 0x010;
    private const uint ClientEnded = 0x2000;
    private const uint EdgeTriggered = 1u << 31;

    private static readonly Lazy<Poller[]> _all = new(
        static () => [.. Enumerable.Range(0, Math.Clamp(Environment.ProcessorCount, 1, MaxPollers)).Select(static number => new Poller(number))]);

    // struct epoll_event is packed on x86-64 and aligned elsewhere.
    private static readonly int _eventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int _tagOffset = _eventSize - sizeof(ulong);
    private static int _next;

    [ThreadStatic]
    private static Poller? _current;

    private readonly int _queue = Check(LibC.CreateQueue(CloseOnExec));
    private readonly int _wakeUp = Check(LibC.CreateEvent(0, CloseOnExec));
    private readonly ConcurrentQueue<IThreadPoolWorkItem> _turns = new();
    private readonly Lock _lock = new();
    private readonly Stack<int> _free = new();
    private int _pending;
    private int _isAsleep;

    // Read by the thread without the lock: a larger one replaces it, and a place is empty or has the stream whose tag says so.
    private volatile PolledStream?[] _streams = new PolledStream?[64];
    private uint _lastGeneration;
    private int _used;

    private Poller(int number)
    {
        Watch(_wakeUp, WakeUp, Readable | EdgeTriggered);
        var thread = new Thread(Run) { Name = $"Sockets {number}", IsBackground = true };
        thread.UnsafeStart();
    }

    /// <summary>Whether this system has what it takes.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux();

    /// <summary>The poller of the next connection.</summary>
    public static Poller Next() => _all.Value[(uint)Interlocked.Increment(ref _next) % (uint)_all.Value.Length];

    /// <summary>Runs something that writes: where the fewest wait for that, on this thread if it is one of those.</summary>
    public static void Run(IThreadPoolWorkItem turn)
    {
        var best = _current ?? Next();
        foreach (var poller in _all.Value)
        {
            best = Volatile.Read(ref poller._pending) < Volatile.Read(ref best._pending) ? poller : best;
        }

        best.Enqueue(turn);
    }

    /// <summary>Tells the stream what its socket becomes ready for, until it is <see cref="Remove"/>d.</summary>
    /// <exception cref="Win32Exception">The system refuses.</exception>
    public void Register(PolledStream stream, SafeSocketHandle socket)
    {
        lock (_lock)
        {
            if (!_free.TryPop(out var place))
            {
                place = _used++;
                if (place == _streams.Length)
                {
                    var larger = new PolledStream?[2 * place];
                    _streams.CopyTo(larger, 0);
                    _streams = larger;
                }
            }

            stream.Tag = ((ulong)++_lastGeneration << 32) | (uint)place;
            Volatile.Write(ref _streams[place], stream);
        }

        try
        {
            // Nobody else has it yet, who could close it.
            Watch((int)socket.DangerousGetHandle(), stream.Tag, Readable | Writable | ClientEnded | EdgeTriggered);
        }
        catch
        {
            Remove(stream);
            throw;
        }
    }

    /// <summary>Forgets a stream. Its socket leaves the queue when it is closed.</summary>
    public void Remove(PolledStream stream)
    {
        lock (_lock)
        {
            var place = (int)(uint)stream.Tag;
            _streams[place] = null;
            _free.Push(place);
        }
    }

    private static int Check(int result) => result >= 0 ? result : throw new Win32Exception();

    private void Enqueue(IThreadPoolWorkItem turn)
    {
        Interlocked.Increment(ref _pending);
        _turns.Enqueue(turn);
        if (Interlocked.Exchange(ref _isAsleep, 0) != 0)
        {
            ulong one = 1;
            _ = LibC.Write(_wakeUp, &one, sizeof(ulong));
        }
    }

    private void Watch(int descriptor, ulong tag, uint what)
    {
        Span<byte> entry = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(entry, what);
        BinaryPrimitives.WriteUInt64LittleEndian(entry[_tagOffset..], tag);
        fixed (byte* pointer = entry)
        {
            _ = Check(LibC.Control(_queue, Add, descriptor, pointer));
        }
    }

    private void Run()
    {
        _current = this;
        var events = stackalloc byte[MaxEvents * 16];
        while (true)
        {
            for (var i = 0; i < TurnsInARow && _turns.TryDequeue(out var turn); i++)
            {
                Interlocked.Decrement(ref _pending);
                turn.Execute();
            }

            var count = Wait(events);
            for (var i = 0; i < count; i++)
            {
                var ready = new ReadOnlySpan<byte>(events + (i * _eventSize), _eventSize);
                Tell(BinaryPrimitives.ReadUInt64LittleEndian(ready[_tagOffset..]), BinaryPrimitives.ReadUInt32LittleEndian(ready));
            }
        }
    }

    /// <summary>Takes what is ready; waits for it if there is nothing to be written.</summary>
    private int Wait(byte* events)
    {
        if (_turns.IsEmpty)
        {
            // Whoever comes from here on wakes the thread up; who came before is seen.
            Interlocked.Exchange(ref _isAsleep, 1);
        }

        var isBusy = !_turns.IsEmpty;
        var count = LibC.Wait(_queue, events, isBusy ? MaxEventsBetweenTurns : MaxEvents, isBusy ? 0 : -1);
        Volatile.Write(ref _isAsleep, 0);
        return count >= 0 ? count : Marshal.GetLastPInvokeError() == LibC.Interrupted ? 0 : throw new Win32Exception();
    }

    private void Tell(ulong tag, uint what)
    {
        if (tag == WakeUp)
        {
            return;
        }

        // A place may be another one's by now: its tag tells.
        var stream = Volatile.Read(ref _streams[(int)(uint)tag]);
        if (stream is null || stream.Tag != tag)
        {
            return;
        }

        var isOver = (what & (Failed | HungUp)) != 0;
        stream.Ready(
            reading: isOver || (what & ClientEnded) != 0 ? Readiness.Sign.Over : (what & Readable) != 0 ? Readiness.Sign.Ready : Readiness.Sign.None,
            writing: isOver ? Readiness.Sign.Over : (what & Writable) != 0 ? Readiness.Sign.Ready : Readiness.Sign.None);
    }
}
