using System.Diagnostics;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;

namespace Mesh.Engine.Symbols;

/// <summary>
/// Names (UTF-8 bytes) and their symbols. A symbol lives while it is referenced: resources, and sessions whose client asked
/// for a name nobody has, hold references, so names that a client makes up are forgotten with its stream.
/// Safe for concurrent use. Finding takes a short lock; going from symbol to name takes none.
/// </summary>
public sealed class SymbolTable
{
    private const int ChunkBits = 10;
    private const int ChunkSize = 1 << ChunkBits;

    private readonly Lock _lock = new();
    private volatile Entry[][] _chunks = [new Entry[ChunkSize]];
    private int[] _buckets = new int[ChunkSize];
    private int _used = 1;
    private int _free;
    private int _count;

    /// <summary>Number of names that are referenced now.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The symbol of a name, made when it is new. The caller owns one reference: <see cref="Release"/> it.</summary>
    public Symbol Acquire(ReadOnlySpan<byte> name)
    {
        var hash = Hash(name);
        lock (_lock)
        {
            var index = FindLocked(name, hash);
            if (index == 0)
            {
                index = AddLocked(name.ToArray(), hash);
            }

            Interlocked.Increment(ref EntryOf(index).References);
            return new Symbol(index);
        }
    }

    /// <summary>The symbol of a name, made when it is new. The caller owns one reference.</summary>
    public Symbol Acquire(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Acquire(Encoding.UTF8.GetBytes(name));
    }

    /// <summary>Finds a name that somebody references. The caller owns no reference to what it got.</summary>
    public bool TryFind(ReadOnlySpan<byte> name, out Symbol symbol)
    {
        var hash = Hash(name);
        lock (_lock)
        {
            symbol = new Symbol(FindLocked(name, hash));
            return symbol.Value != 0;
        }
    }

    /// <summary>Finds a name that somebody references, with a reference for the caller.</summary>
    public bool TryAcquire(ReadOnlySpan<byte> name, out Symbol symbol)
    {
        var hash = Hash(name);
        lock (_lock)
        {
            symbol = new Symbol(FindLocked(name, hash));
            if (symbol.Value != 0)
            {
                Interlocked.Increment(ref EntryOf(symbol.Value).References);
            }

            return symbol.Value != 0;
        }
    }

    /// <summary>Adds a reference to a symbol that the caller knows to be referenced.</summary>
    public void AddReference(Symbol symbol)
    {
        var references = Interlocked.Increment(ref EntryOf(symbol.Value).References);
        Debug.Assert(references > 1, "a symbol without references may be another name already");
    }

    /// <summary>Gives back one reference; without references the name is forgotten and its number is used anew.</summary>
    public void Release(Symbol symbol)
    {
        ref var entry = ref EntryOf(symbol.Value);
        if (Interlocked.Decrement(ref entry.References) > 0)
        {
            return;
        }

        lock (_lock)
        {
            if (entry.Name is not null && Volatile.Read(ref entry.References) == 0)
            {
                RemoveLocked(symbol.Value, ref entry);
            }
        }
    }

    /// <summary>The UTF-8 bytes of a referenced symbol's name.</summary>
    public ReadOnlySpan<byte> Name(Symbol symbol) => EntryOf(symbol.Value).Name;

    /// <summary>A referenced symbol's name as text, for status and logs.</summary>
    public string Text(Symbol symbol) => Encoding.UTF8.GetString(Name(symbol));

    private static uint Hash(ReadOnlySpan<byte> name) => (uint)XxHash3.HashToUInt64(name);

    private ref Entry EntryOf(int index) => ref _chunks[index >> ChunkBits][index & (ChunkSize - 1)];

    private int FindLocked(ReadOnlySpan<byte> name, uint hash)
    {
        var index = _buckets[hash & (uint)(_buckets.Length - 1)];
        while (index != 0)
        {
            ref var entry = ref EntryOf(index);
            if (entry.Hash == hash && name.SequenceEqual(entry.Name))
            {
                return index;
            }

            index = entry.Next;
        }

        return 0;
    }

    private int AddLocked(byte[] name, uint hash)
    {
        if (_count >= _buckets.Length)
        {
            GrowBucketsLocked();
        }

        var index = _free;
        if (index != 0)
        {
            _free = EntryOf(index).Next;
        }
        else
        {
            index = _used++;
            if (index >> ChunkBits == _chunks.Length)
            {
                _chunks = [.. _chunks, new Entry[ChunkSize]];
            }
        }

        ref var entry = ref EntryOf(index);
        ref var bucket = ref _buckets[hash & (uint)(_buckets.Length - 1)];
        entry.Name = name;
        entry.Hash = hash;
        entry.References = 0;
        entry.Next = bucket;
        bucket = index;
        _count++;
        return index;
    }

    private void RemoveLocked(int index, ref Entry entry)
    {
        ref var link = ref _buckets[entry.Hash & (uint)(_buckets.Length - 1)];
        while (link != index)
        {
            link = ref EntryOf(link).Next;
        }

        link = entry.Next;
        entry.Name = null;
        entry.Next = _free;
        _free = index;
        _count--;
    }

    private void GrowBucketsLocked()
    {
        var buckets = new int[_buckets.Length * 2];
        for (var index = 1; index < _used; index++)
        {
            ref var entry = ref EntryOf(index);
            if (entry.Name is not null)
            {
                ref var bucket = ref buckets[entry.Hash & (uint)(buckets.Length - 1)];
                entry.Next = bucket;
                bucket = index;
            }
        }

        _buckets = buckets;
    }

    [StructLayout(LayoutKind.Auto)]
    private struct Entry
    {
        public byte[]? Name;
        public uint Hash;
        public int References;
        public int Next;
    }
}
