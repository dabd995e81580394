using System.Collections.Concurrent;
using System.ComponentModel;
using System.Net.Sockets;
using Mesh.Server.Ads.Pushing;

namespace Mesh.Server.Ads.Sockets.Polling;

/// <summary>
/// A thread that waits for sockets and lets go on whoever waits for one of them, on itself or on the thread pool, and that writes to them in between.
/// The runtime's own hands each event from its thread to another one and asks the socket twice. Lives as long as the process.
/// </summary>
#pragma warning disable CA1001 // What it has is needed until the process ends.
internal sealed class Poller
#pragma warning restore CA1001
{
    private const int MaxPollers = 16;
    private const int MaxEvents = 256;

    /// <summary>
    /// While there is something to be written, so many sockets are looked after between turns of writing: a change is on its way to everybody before most
    /// of those who got it are heard. Once as much was written as there are sockets, who was written to is heard before it gets more.
    /// </summary>
    private const int MaxEventsBetweenTurns = 4;
    private const int TurnsInARow = 4;

    private static readonly Lazy<Poller[]> _all = new(
        static () => Create(Math.Clamp(Environment.ProcessorCount, 1, MaxPollers)));

    private static int _next;

    [ThreadStatic]
    private static Poller? _current;

    private readonly Epoll _epoll = new();
    private readonly ConcurrentQueue<IThreadPoolWorkItem> _turns = new();
    private readonly Lock _lock = new();
    private readonly Stack<int> _free = new();
    private readonly int? _processor;
    private int _pending;
    private int _isAsleep;

    // The thread's: about how many were written to since they were heard.
    private int _unheard;

    // Read by the thread without the lock: a larger one replaces it, and a place is empty or has the stream whose tag says so.
    private volatile PolledStream?[] _streams = new PolledStream?[64];
    private uint _lastGeneration;
    private int _used;
    private int _registered;

    /// <param name="number">Which one it is.</param>
    /// <param name="processor">Where it stays; null: anywhere.</param>
    private Poller(int number, int? processor)
    {
        _processor = processor;
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

            _registered++;
            stream.Tag = ((ulong)++_lastGeneration << 32) | (uint)place;
            Volatile.Write(ref _streams[place], stream);
        }

        try
        {
            // Nobody else has it yet, who could close it.
            _epoll.Register((int)socket.DangerousGetHandle(), stream.Tag, Epoll.Readable | Epoll.Writable | Epoll.PeerEnded);
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
            _registered--;
            _streams[place] = null;
            _free.Push(place);
        }
    }

    private void Enqueue(IThreadPoolWorkItem turn)
    {
        Interlocked.Increment(ref _pending);
        _turns.Enqueue(turn);
        if (Interlocked.Exchange(ref _isAsleep, 0) != 0)
        {
            _epoll.Wake();
        }
    }

    private static Poller[] Create(int count)
    {
        // One each, if they are this process's to share out: then they are awake together, whoever wakes them. Of many, some may be busy with something else.
        var processors = Processors.Allowed();
        return [.. Enumerable.Range(0, count).Select(number => new Poller(number, processors.Count == count ? processors[number] : null))];
    }

    private void Run()
    {
        if (_processor is { } processor)
        {
            Processors.TryKeepOn(processor);
        }

        _current = this;
        while (true)
        {
            WriteSome();
            var count = Wait();
            for (var i = 0; i < count; i++)
            {
                if (i % MaxEventsBetweenTurns == MaxEventsBetweenTurns - 1 && WritesFirst())
                {
                    // There was nothing to be written when these were taken.
                    WriteSome();
                }

                if (_epoll.Take(i, out var tag, out var readiness))
                {
                    Tell(tag, readiness);
                }
            }
        }
    }

    private void WriteSome()
    {
        for (var i = 0; i < TurnsInARow && _turns.TryDequeue(out var turn); i++)
        {
            Interlocked.Decrement(ref _pending);
            turn.Execute();
            _unheard += WriteTurns.Batch;
        }
    }

    /// <summary>Whether there is something to be written, and fewer were written to since they were heard than there are.</summary>
    private bool WritesFirst() => !_turns.IsEmpty && _unheard < Volatile.Read(ref _registered);

    /// <summary>Takes what is ready; waits for it if there is nothing to be written.</summary>
    private int Wait()
    {
        if (_turns.IsEmpty)
        {
            // Whoever comes from here on wakes the thread up; who came before is seen.
            Interlocked.Exchange(ref _isAsleep, 1);
        }

        var isBusy = !_turns.IsEmpty;
        var max = WritesFirst() ? MaxEventsBetweenTurns : MaxEvents;
        var count = _epoll.Wait(isBusy ? 0 : -1, max);
        Volatile.Write(ref _isAsleep, 0);
        // All that came is heard when there was nothing left to be taken.
        _unheard = count < max ? 0 : Math.Max(0, _unheard - count);
        return count;
    }

    private void Tell(ulong tag, uint readiness)
    {
        // A place may be another one's by now: its tag tells.
        var stream = Volatile.Read(ref _streams[(int)(uint)tag]);
        if (stream is null || stream.Tag != tag)
        {
            return;
        }

        var isOver = (readiness & Epoll.Broken) != 0;
        stream.Ready(
            reading: isOver || (readiness & Epoll.PeerEnded) != 0 ? Readiness.Sign.Over
                : (readiness & Epoll.Readable) != 0 ? Readiness.Sign.Ready : Readiness.Sign.None,
            writing: isOver ? Readiness.Sign.Over : (readiness & Epoll.Writable) != 0 ? Readiness.Sign.Ready : Readiness.Sign.None);
    }
}
