using System.Buffers;
using System.Diagnostics;

namespace Mesh.Engine.Feeds;

/// <summary>What a reader keeps of one type. The feed's lock guards it.</summary>
internal sealed class FeedCursor(long start, int entryLimit)
{
    private ulong[]? _held;
    private long _readThrough;
    private long _told = start;

    /// <summary>Sequence at which the type was subscribed to: removals up to it are told by comparing with what the peer holds.</summary>
    public long Start { get; } = start;

    /// <summary>Nothing up to this sequence is read again.</summary>
    public long Floor { get; private set; }

    /// <summary>Removals up to this sequence are of no use to it.</summary>
    public long Known => Math.Max(Start, Floor);

    /// <summary>
    /// What became hidden up to this sequence was told. It is less than <see cref="Floor"/> when the last read stopped midway:
    /// what was hidden early and changed late lies behind the place where it stopped.
    /// </summary>
    public long Told => _told;

    /// <summary>Everything up to this sequence was read, the newest included.</summary>
    public void ReadThrough(long head) => _readThrough = head;

    /// <summary>A reader that had passed everything does not see what came since.</summary>
    public void Advance(long head)
    {
        _readThrough = head;
        Pass(head);
    }

    /// <summary>The peer has the state that an entry has now.</summary>
    public void Hold(int entry)
    {
        // An entry made since the start is beyond the array, but it is newer than the start too and is read in any case.
        if (entry < entryLimit)
        {
            _held ??= Rent(entryLimit);
            _held[entry >> 6] |= 1UL << (entry & 63);
        }
    }

    /// <summary>Whether the peer has the state of an entry that changed last at this sequence.</summary>
    public bool Holds(int entry, long sequence)
    {
        if (_held is null || sequence > Start)
        {
            return false;
        }

        Debug.Assert(entry < entryLimit, "entries that did not change since the start were there at the start");
        return (_held[entry >> 6] & (1UL << (entry & 63))) != 0;
    }

    public void Pass(long position)
    {
        Floor = Math.Max(Floor, position);
        if (Floor >= _readThrough)
        {
            _told = Math.Max(_told, _readThrough);
        }

        if (Floor >= Start)
        {
            Drop();
        }
    }

    public void Drop()
    {
        if (_held is not null)
        {
            ArrayPool<ulong>.Shared.Return(_held);
            _held = null;
        }
    }

    private static ulong[] Rent(int bits)
    {
        var held = ArrayPool<ulong>.Shared.Rent((bits + 63) / 64);
        Array.Clear(held);
        return held;
    }
}
