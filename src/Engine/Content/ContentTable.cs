using System.Diagnostics;
using System.IO.Hashing;
using Mesh.Engine.Symbols;

namespace Mesh.Engine.Content;

/// <summary>
/// All resources of an engine, each stored once in its wire form (<see cref="WireForm"/>), found by XxHash128 of those bytes,
/// counted by reference. Reading by <see cref="ResourceRef"/> takes no lock; interning and the last release take a short one.
/// </summary>
internal sealed unsafe class ContentTable(SymbolTable symbols)
{
    private const int ChunkBits = 10;
    private const int ChunkSize = 1 << ChunkBits;

    private readonly Lock _lock = new();
    private readonly BlockPool _blocks = new();
    private volatile ContentEntry[][] _chunks = [new ContentEntry[ChunkSize]];
    private int[] _buckets = new int[ChunkSize];
    private int _used = 1;
    private int _free;
    private int _count;
    private long _bytes;

    /// <summary>Number of distinct resources held.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Bytes of the held resources.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>The entry of a referenced resource.</summary>
    public ref readonly ContentEntry this[ResourceRef resource] => ref EntryOf(resource.Index);

    /// <summary>The stored bytes of a referenced resource: field 2 of a <c>DeltaDiscoveryResponse</c>.</summary>
    public ReadOnlySpan<byte> DeltaField(ResourceRef resource)
    {
        ref readonly var entry = ref EntryOf(resource.Index);
        return new ReadOnlySpan<byte>(entry.Bytes, entry.Length);
    }

    /// <summary>The part of the stored bytes that is field 2 of a <c>DiscoveryResponse</c>.</summary>
    public ReadOnlySpan<byte> StateField(ResourceRef resource)
    {
        ref readonly var entry = ref EntryOf(resource.Index);
        return new ReadOnlySpan<byte>(entry.Bytes + entry.AnyOffset, entry.Length - entry.AnyOffset);
    }

    /// <summary>The encoded message alone: the value of the stored <c>Any</c>.</summary>
    public ReadOnlySpan<byte> Message(ResourceRef resource)
    {
        ref readonly var entry = ref EntryOf(resource.Index);
        return new ReadOnlySpan<byte>(entry.Bytes + entry.Length - entry.MessageLength, entry.MessageLength);
    }

    /// <summary>Finds or stores a resource in wire form. The caller owns one reference.</summary>
    public ResourceRef Intern(ReadOnlySpan<byte> wire, in WireForm.Layout layout, ResourceType type, ReadOnlySpan<byte> name, VersionId version)
    {
        var hash = XxHash128.HashToUInt128(wire);
        lock (_lock)
        {
            var index = FindLocked(wire, hash);
            if (index == 0)
            {
                index = AddLocked(wire, hash);
                ref var entry = ref EntryOf(index);
                entry.AnyOffset = layout.AnyOffset;
                entry.MessageLength = layout.MessageLength;
                entry.Type = type;
                entry.Name = symbols.Acquire(name);
                entry.Version = version;
            }

            Interlocked.Increment(ref EntryOf(index).References);
            return new ResourceRef(index);
        }
    }

    /// <summary>Adds a reference to a resource that the caller knows to be referenced.</summary>
    public void AddReference(ResourceRef resource)
    {
        var references = Interlocked.Increment(ref EntryOf(resource.Index).References);
        Debug.Assert(references > 1, "a resource without references may be gone already");
    }

    /// <summary>Gives back one reference; without references the bytes are zeroed and reused.</summary>
    public void Release(ResourceRef resource)
    {
        ref var entry = ref EntryOf(resource.Index);
        var references = Interlocked.Decrement(ref entry.References);
        Debug.Assert(references >= 0, "released more often than referenced");
        if (references > 0)
        {
            return;
        }

        lock (_lock)
        {
            if (entry.Bytes is not null && Volatile.Read(ref entry.References) == 0)
            {
                RemoveLocked(resource.Index, ref entry);
            }
        }
    }

    private ref ContentEntry EntryOf(int index) => ref _chunks[index >> ChunkBits][index & (ChunkSize - 1)];

    private int FindLocked(ReadOnlySpan<byte> wire, UInt128 hash)
    {
        var index = _buckets[(int)(uint)hash & (_buckets.Length - 1)];
        while (index != 0)
        {
            ref var entry = ref EntryOf(index);
            if (entry.Hash == hash && wire.SequenceEqual(new ReadOnlySpan<byte>(entry.Bytes, entry.Length)))
            {
                return index;
            }

            index = entry.Next;
        }

        return 0;
    }

    private int AddLocked(ReadOnlySpan<byte> wire, UInt128 hash)
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
                _chunks = [.. _chunks, new ContentEntry[ChunkSize]];
            }
        }

        ref var entry = ref EntryOf(index);
        ref var bucket = ref _buckets[(int)(uint)hash & (_buckets.Length - 1)];
        entry.Hash = hash;
        entry.Bytes = _blocks.Take(wire.Length);
        entry.Length = wire.Length;
        wire.CopyTo(new Span<byte>(entry.Bytes, wire.Length));
        entry.References = 0;
        entry.Next = bucket;
        bucket = index;
        _count++;
        _bytes += wire.Length;
        return index;
    }

    private void RemoveLocked(int index, ref ContentEntry entry)
    {
        ref var link = ref _buckets[(int)(uint)entry.Hash & (_buckets.Length - 1)];
        while (link != index)
        {
            link = ref EntryOf(link).Next;
        }

        link = entry.Next;
        _blocks.Return(entry.Bytes, entry.Length);
        symbols.Release(entry.Name);
        _bytes -= entry.Length;
        _count--;
        entry = default;
        entry.Next = _free;
        _free = index;
    }

    private void GrowBucketsLocked()
    {
        var buckets = new int[_buckets.Length * 2];
        for (var index = 1; index < _used; index++)
        {
            ref var entry = ref EntryOf(index);
            if (entry.Bytes is not null)
            {
                ref var bucket = ref buckets[(int)(uint)entry.Hash & (buckets.Length - 1)];
                entry.Next = bucket;
                bucket = index;
            }
        }

        _buckets = buckets;
    }
}
