using System.Runtime.InteropServices;

namespace Mesh.Engine.Epochs;

/// <summary>
/// Lets readers look at shared references without locks: what is retired is reclaimed only when every reader that was
/// inside at that moment has left. Entering and leaving cost one interlocked operation each and allocate nothing.
/// </summary>
internal sealed class EpochTable
{
    private const int SlotCount = 128;

    private readonly Slot[] _slots = new Slot[SlotCount];
    private readonly Lock _lock = new();
    private readonly Queue<Retired> _retired = new();
    private long _epoch = 1;
    private int _waiting;

    /// <summary>How many retired objects wait for readers.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Enters: nothing that is visible now will be reclaimed before the guard is disposed. Short, synchronous use only.</summary>
    public Guard Enter()
    {
        var start = Environment.CurrentManagedThreadId;
        var spin = default(SpinWait);
        while (true)
        {
            var epoch = Volatile.Read(ref _epoch);
            for (var i = 0; i < SlotCount; i++)
            {
                var index = (start + i) & (SlotCount - 1);
                if (Volatile.Read(ref _slots[index].Epoch) == 0
                    && Interlocked.CompareExchange(ref _slots[index].Epoch, epoch, 0) == 0)
                {
                    return new Guard(this, index);
                }
            }

            spin.SpinOnce();
        }
    }

    /// <summary>Hands over something that new readers cannot reach any more.</summary>
    public void Retire(IReclaimable what)
    {
        lock (_lock)
        {
            _retired.Enqueue(new Retired(Interlocked.Increment(ref _epoch) - 1, what));
            Volatile.Write(ref _waiting, _retired.Count);
        }

        Drain();
    }

    private void Leave(int index)
    {
        // A full fence orders this with the counter: either we see what waits, or its owner sees us gone.
        Interlocked.Exchange(ref _slots[index].Epoch, 0);
        if (Volatile.Read(ref _waiting) > 0)
        {
            Drain();
        }
    }

    private void Drain()
    {
        while (true)
        {
            IReclaimable next;
            lock (_lock)
            {
                if (!_retired.TryPeek(out var oldest) || oldest.Epoch >= OldestReader())
                {
                    return;
                }

                next = _retired.Dequeue().What;
                Volatile.Write(ref _waiting, _retired.Count);
            }

            next.Reclaim();
        }
    }

    private long OldestReader()
    {
        var oldest = long.MaxValue;
        for (var i = 0; i < SlotCount; i++)
        {
            var epoch = Volatile.Read(ref _slots[i].Epoch);
            if (epoch != 0 && epoch < oldest)
            {
                oldest = epoch;
            }
        }

        return oldest;
    }

    /// <summary>A reader inside; dispose it on any thread.</summary>
    public readonly struct Guard(EpochTable owner, int slot) : IDisposable
    {
        public void Dispose() => owner.Leave(slot);
    }

    private readonly record struct Retired(long Epoch, IReclaimable What);

    // One cache line each, or readers on different cores slow each other down.
    [StructLayout(LayoutKind.Explicit, Size = 64)]
    private struct Slot
    {
        [FieldOffset(0)]
        public long Epoch;
    }
}
