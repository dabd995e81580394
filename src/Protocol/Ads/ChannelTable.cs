using System.Numerics;
using Mesh.Engine;
using Mesh.Engine.Symbols;

namespace Mesh.Protocol.Ads;

/// <summary>
/// The types of one stream in the order of writing, and which of them are to be looked at: most changes concern one of them, and what is not touched costs
/// nothing, neither the comparisons nor the memory that thousands of streams have far from the processor. Mutable: held by its session alone.
/// </summary>
internal struct ChannelTable
{
    /// <summary>Channels from this place on share the last bit.</summary>
    private const int LastBit = 63;

    private Entry[] _entries;
    private int _count;

    // By place. Set: the channel may have something to write; that it has not is found out when it is looked at.
    private ulong _stirred;

    // By place. Set: responses of the channel may wait for an answer.
    private ulong _unanswered;

    public ChannelTable() => _entries = [];

    /// <summary>Channels in the order of writing.</summary>
    public readonly ReadOnlySpan<Entry> All => _entries.AsSpan(0, _count);

    public readonly TypeChannel this[int place] => _entries[place].Channel;

    public readonly int Count => _count;

    /// <summary>Place of a type; -1: the client has not asked for it.</summary>
    public readonly int PlaceOf(XdsType rules)
    {
        for (var place = 0; place < _count; place++)
        {
            if (ReferenceEquals(_entries[place].Rules, rules))
            {
                return place;
            }
        }

        return -1;
    }

    /// <summary>Place of a type by its URL; -1: the client has not asked for it.</summary>
    public readonly int PlaceOf(ReadOnlySpan<byte> typeUrl)
    {
        for (var place = 0; place < _count; place++)
        {
            if (typeUrl.SequenceEqual(_entries[place].Rules.Utf8Url))
            {
                return place;
            }
        }

        return -1;
    }

    /// <summary>Puts a channel at its place, behind those of the same order. It may have something to write.</summary>
    public void Insert(TypeChannel channel)
    {
        var place = 0;
        while (place < _count && _entries[place].Rules.Order <= channel.Rules.Order)
        {
            place++;
        }

        if (_count == _entries.Length)
        {
            Array.Resize(ref _entries, _count + 2);
        }

        Array.Copy(_entries, place, _entries, place + 1, _count - place);
        _entries[place] = new Entry(channel, channel.Rules, channel.Type);
        _count++;
        // Places have moved: each channel is looked at once more.
        _stirred = _unanswered = _count > LastBit ? ulong.MaxValue : (1UL << _count) - 1;
    }

    /// <summary>The channel at a place may have something to write from now on.</summary>
    public void Stir(int place) => _stirred |= BitOf(place);

    /// <summary>Whether the channel at a place may have something to write.</summary>
    public readonly bool IsStirred(int place) => (_stirred & BitOf(place)) != 0;

    /// <summary>A response of the channel at a place waits for its answer.</summary>
    public void Sent(int place) => _unanswered |= BitOf(place);

    /// <summary>Whether no channel has anything to write: those that were stirred are asked.</summary>
    public bool AreAtRest() => !Any(ref _stirred, static channel => !channel.IsAtRest);

    /// <summary>Whether a channel is in the middle of what it is to write; such a one is stirred.</summary>
    public readonly bool IsMidway()
    {
        // It stays stirred: that it is not midway does not say that it has nothing to write.
        var stirred = _stirred;
        return Any(ref stirred, static channel => channel.Cursor != Symbol.None);
    }

    /// <summary>Whether a response waits for its answer.</summary>
    public bool IsUnanswered() => Any(ref _unanswered, static channel => channel.Acks.Count > 0);

    public void Clear()
    {
        foreach (var entry in All)
        {
            entry.Channel.Dispose();
        }

        (_entries, _count, _stirred, _unanswered) = ([], 0, 0, 0);
    }

    private static ulong BitOf(int place) => 1UL << Math.Min(place, LastBit);

    /// <summary>Whether something holds for one of the channels of some bits. Those of which none has it are cleared, up to the first that has.</summary>
    private readonly bool Any(ref ulong bits, Func<TypeChannel, bool> has)
    {
        for (; bits != 0; bits &= bits - 1)
        {
            var bit = BitOperations.TrailingZeroCount(bits);
            for (var place = bit; place < EndOf(bit); place++)
            {
                if (has(_entries[place].Channel))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Behind the last place of a bit.</summary>
    private readonly int EndOf(int bit) => bit == LastBit ? _count : Math.Min(bit + 1, _count);

    /// <summary>A channel, and what says whether it is to be looked at.</summary>
    internal readonly record struct Entry(TypeChannel Channel, XdsType Rules, ResourceType? Type);
}
