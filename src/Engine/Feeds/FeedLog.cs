using System.Runtime.InteropServices;
using Mesh.Engine.Content;
using Mesh.Engine.Symbols;

namespace Mesh.Engine.Feeds;

/// <summary>
/// One type of a feed: its entries, and the order of their last changes as an array of (sequence, entry). A change appends a
/// slot and makes the entry's former one stale; stale slots are squeezed out when the array is full, so it stays within twice
/// the number of entries and no change allocates. A cursor is a sequence: its place is found by binary search.
/// Not safe for concurrent use: the feed's lock guards it.
/// </summary>
internal sealed class FeedLog(ResourceEngine engine)
{
    private readonly Dictionary<Symbol, int> _byName = [];
    private readonly Queue<Slot> _tombstones = [];
    private FeedEntry[] _entries = new FeedEntry[16];
    private Slot[] _slots = new Slot[32];
    private int _slotCount;
    private int _used = 1;
    private int _free;
    private long _head;

    /// <summary>Sequence of the last change. May be read without the lock.</summary>
    public long Head => Volatile.Read(ref _head);

    /// <summary>Number of resources.</summary>
    public int Count => _byName.Count - Tombstones;

    /// <summary>Number of removed names that are kept.</summary>
    public int Tombstones { get; private set; }

    /// <summary>One more than the highest entry number ever used.</summary>
    public int EntryLimit => _used;

    /// <summary>Sequence of the oldest kept removal; <see cref="long.MaxValue"/>: none.</summary>
    public long OldestTombstone
    {
        get
        {
            SkipRevived();
            return _tombstones.TryPeek(out var oldest) ? oldest.Sequence : long.MaxValue;
        }
    }

    public int SlotCount => _slotCount;

    public ref readonly FeedEntry this[int entry] => ref _entries[entry];

    /// <summary>Number of the entry of a name, whether it is removed or not; 0: none.</summary>
    public int Find(Symbol name) => _byName.GetValueOrDefault(name);

    /// <summary>First slot of a change after a sequence.</summary>
    public int SlotAfter(long sequence)
    {
        var low = 0;
        var high = _slotCount;
        while (low < high)
        {
            var middle = (int)((uint)(low + high) / 2);
            if (_slots[middle].Sequence <= sequence)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>The change of a slot; entry 0 when a newer one took its place.</summary>
    public long Change(int slot, out int entry)
    {
        var change = _slots[slot];
        entry = _entries[change.Entry].Sequence == change.Sequence ? change.Entry : 0;
        return change.Sequence;
    }

    /// <summary>Puts a resource. Takes over the caller's reference when it returns true; else the caller keeps it.</summary>
    /// <param name="sequence">The next sequence.</param>
    /// <param name="resource">The newest state.</param>
    /// <param name="hiddenFrom">Audience that does not see it; 0: none.</param>
    /// <param name="replaced">The former state, whose reference goes to the caller.</param>
    public bool Put(long sequence, ResourceRef resource, int hiddenFrom, out ResourceRef replaced)
    {
        replaced = ResourceRef.None;
        var name = engine.Name(resource);
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_byName, name, out var known);
        if (!known)
        {
            number = Add(name);
        }

        ref var entry = ref _entries[number];
        if (entry.Resource == resource && entry.HiddenFrom == hiddenFrom)
        {
            return false;
        }

        if (known && entry.Resource.IsNone)
        {
            Tombstones--;
        }

        if (entry.HiddenFrom != hiddenFrom)
        {
            entry.HiddenSince = known && hiddenFrom != 0 ? sequence : 0;
            entry.HiddenFrom = hiddenFrom;
        }

        replaced = entry.Resource;
        entry.Resource = resource;
        Append(sequence, number);
        return true;
    }

    /// <summary>Removes a resource; its name is kept until <see cref="Forget"/>.</summary>
    public bool Remove(long sequence, Symbol name, out ResourceRef replaced)
    {
        var number = Find(name);
        ref var entry = ref _entries[number];
        replaced = entry.Resource;
        if (replaced.IsNone)
        {
            return false;
        }

        entry.Resource = ResourceRef.None;
        Tombstones++;
        Append(sequence, number);
        if (_tombstones.Count > 64 + (2 * Tombstones))
        {
            DropRevived();
        }

        _tombstones.Enqueue(new Slot(sequence, number));
        return true;
    }

    /// <summary>Forgets removals up to a sequence.</summary>
    public void Forget(long upTo)
    {
        while (OldestTombstone <= upTo && _tombstones.TryDequeue(out var oldest))
        {
            ref var entry = ref _entries[oldest.Entry];
            _byName.Remove(entry.Name);
            engine.Symbols.Release(entry.Name);
            entry = default;
            entry.Next = _free;
            _free = oldest.Entry;
            Tombstones--;
        }
    }

    private void SkipRevived()
    {
        while (_tombstones.TryPeek(out var oldest) && _entries[oldest.Entry].Sequence != oldest.Sequence)
        {
            _tombstones.Dequeue();
        }
    }

    private void DropRevived()
    {
        for (var left = _tombstones.Count; left > 0; left--)
        {
            var slot = _tombstones.Dequeue();
            if (_entries[slot.Entry].Sequence == slot.Sequence)
            {
                _tombstones.Enqueue(slot);
            }
        }
    }

    private int Add(Symbol name)
    {
        var number = _free;
        if (number != 0)
        {
            _free = _entries[number].Next;
        }
        else
        {
            number = _used++;
            if (number == _entries.Length)
            {
                Array.Resize(ref _entries, _entries.Length * 2);
            }
        }

        engine.Symbols.AddReference(name);
        _entries[number] = new FeedEntry { Name = name };
        return number;
    }

    private void Append(long sequence, int entry)
    {
        _entries[entry].Sequence = sequence;
        if (_slotCount == _slots.Length)
        {
            Squeeze(entry);
            if (_slotCount > _slots.Length / 2)
            {
                Array.Resize(ref _slots, _slots.Length * 2);
            }
        }

        _slots[_slotCount++] = new Slot(sequence, entry);
        Volatile.Write(ref _head, sequence);
    }

    private void Squeeze(int except)
    {
        var kept = 0;
        for (var i = 0; i < _slotCount; i++)
        {
            var slot = _slots[i];
            if (slot.Entry != except && _entries[slot.Entry].Sequence == slot.Sequence)
            {
                _slots[kept++] = slot;
            }
        }

        _slotCount = kept;
    }

    private readonly record struct Slot(long Sequence, int Entry);
}
