using System.IO.Hashing;
using System.Runtime.InteropServices;
using Mesh.Engine.Content;
using Mesh.Engine.Persistence;
using Mesh.Engine.Symbols;

namespace Mesh.Engine.Snapshots;

/// <summary>All chunks of an engine, each run of entries once. A chunk holds one reference to each of its resources.</summary>
internal sealed class ChunkTable(ContentTable content, SymbolTable symbols)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, SliceChunk> _chunks = [];

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _chunks.Count;
            }
        }
    }

    /// <summary>The chunk of these entries. The caller owns one reference and must keep the resources alive meanwhile.</summary>
    public SliceChunk Intern(ResourceType type, ReadOnlySpan<Symbol> names, ReadOnlySpan<ResourceRef> resources)
    {
        // Refs of one engine are equal exactly when their bytes are: the hash of the numbers identifies the run.
        var identity = XxHash128.HashToUInt128(MemoryMarshal.AsBytes(resources), type.Id);
        lock (_lock)
        {
            if (_chunks.TryGetValue(identity, out var known))
            {
                known.AddReference();
                return known;
            }

            var chunk = new SliceChunk(names, resources, identity, Fingerprint(resources)) { References = 1 };
            foreach (var resource in resources)
            {
                content.AddReference(resource);
            }

            _chunks.Add(identity, chunk);
            return chunk;
        }
    }

    public void Release(SliceChunk chunk)
    {
        if (Interlocked.Decrement(ref chunk.References) > 0)
        {
            return;
        }

        lock (_lock)
        {
            if (chunk.Removed || Volatile.Read(ref chunk.References) > 0)
            {
                return;
            }

            chunk.Removed = true;
            _chunks.Remove(chunk.Identity);
        }

        foreach (var resource in chunk.Resources)
        {
            content.Release(resource);
        }
    }

    /// <summary>A sum, so that the order of symbols, which differs between processes, does not matter.</summary>
    private UInt128 Fingerprint(ReadOnlySpan<ResourceRef> resources)
    {
        UInt128 sum = 0;
        foreach (var resource in resources)
        {
            ref readonly var entry = ref content[resource];
            sum += ResourceMark.Of(symbols.Name(entry.Name), entry.Version);
        }

        return sum;
    }
}
