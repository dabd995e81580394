using System.IO.Hashing;
using System.Runtime.InteropServices;
using Mesh.Engine.Content;
using Mesh.Engine.Symbols;

namespace Mesh.Engine.Snapshots;

/// <summary>All slices of an engine, each list once. A slice holds one reference to each of its resources.</summary>
internal sealed class SliceTable(ContentTable content, SymbolTable symbols)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, ResourceSlice> _slices = [];

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _slices.Count;
            }
        }
    }

    /// <summary>The slice of a sorted list of distinct names. The caller owns one reference and must keep the resources alive meanwhile.</summary>
    public ResourceSlice Intern(ResourceType type, ReadOnlySpan<Symbol> names, ReadOnlySpan<ResourceRef> resources)
    {
        // Refs of one engine are equal exactly when their bytes are: the hash of the numbers identifies the list.
        var identity = XxHash128.HashToUInt128(MemoryMarshal.AsBytes(resources), type.Id);
        lock (_lock)
        {
            if (_slices.TryGetValue(identity, out var known))
            {
                known.AddReference();
                return known;
            }

            var slice = new ResourceSlice(type, names.ToArray(), resources.ToArray(), identity, Fingerprint(resources)) { References = 1 };
            foreach (var resource in resources)
            {
                content.AddReference(resource);
            }

            _slices.Add(identity, slice);
            return slice;
        }
    }

    public ResourceSlice Union(ResourceSlice older, ResourceSlice newer)
    {
        var names = new List<Symbol>(newer.Count + older.Count);
        var resources = new List<ResourceRef>(newer.Count + older.Count);
        var (i, j) = (0, 0);
        while (i < older.Count || j < newer.Count)
        {
            var order = i == older.Count ? 1 : j == newer.Count ? -1 : older.Names[i].CompareTo(newer.Names[j]);
            names.Add(order < 0 ? older.Names[i] : newer.Names[j]);
            resources.Add(order < 0 ? older.Resources[i] : newer.Resources[j]);
            i += order <= 0 ? 1 : 0;
            j += order >= 0 ? 1 : 0;
        }

        return Intern(newer.Type, CollectionsMarshal.AsSpan(names), CollectionsMarshal.AsSpan(resources));
    }

    public void Release(ResourceSlice slice)
    {
        if (Interlocked.Decrement(ref slice.References) > 0)
        {
            return;
        }

        lock (_lock)
        {
            if (slice.Removed || Volatile.Read(ref slice.References) > 0)
            {
                return;
            }

            slice.Removed = true;
            _slices.Remove(slice.Identity);
        }

        foreach (var resource in slice.Resources)
        {
            content.Release(resource);
        }
    }

    /// <summary>A sum, so that the order of symbols, which differs between processes, does not matter.</summary>
    private UInt128 Fingerprint(ReadOnlySpan<ResourceRef> resources)
    {
        Span<byte> parts = stackalloc byte[32];
        UInt128 sum = 0;
        foreach (var resource in resources)
        {
            ref readonly var entry = ref content[resource];
            var name = XxHash128.HashToUInt128(symbols.Name(entry.Name));
            MemoryMarshal.Write(parts, name);
            MemoryMarshal.Write(parts[16..], entry.Version.Value);
            sum += XxHash128.HashToUInt128(parts);
        }

        return sum;
    }
}
