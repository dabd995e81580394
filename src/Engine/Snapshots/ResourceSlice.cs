using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Mesh.Engine.Content;
using Mesh.Engine.Symbols;

namespace Mesh.Engine.Snapshots;

/// <summary>
/// The resources of one type in one or many snapshots: immutable, sorted by name symbol, each name once, and shared: equal
/// lists of one engine are the same object, so comparing two views is comparing two references. Lists that differ share
/// what is equal: a slice is a list of chunks of about 64 entries that are shared in the same way.
/// Counted by reference; give a reference back with <see cref="ResourceEngine.Release(ResourceSlice)"/>.
/// </summary>
[SuppressMessage("Naming", "CA1710", Justification = "It is part of a snapshot, seldom walked and never asked for as a collection.")]
public sealed class ResourceSlice : IReadOnlyCollection<SliceEntry>
{
    private readonly SliceChunk[] _chunks;

    internal ResourceSlice(ResourceType type, SliceChunk[] chunks, UInt128 identity)
    {
        Type = type;
        _chunks = chunks;
        Identity = identity;
        foreach (var chunk in chunks)
        {
            Count += chunk.Count;
            Fingerprint += chunk.Fingerprint;
        }
    }

    /// <summary>Type of all its resources.</summary>
    public ResourceType Type { get; }

    /// <summary>Number of resources.</summary>
    public int Count { get; }

    /// <summary>Hash of all names and versions, the same in every process that serves them.</summary>
    public UInt128 Fingerprint { get; }

    internal ReadOnlySpan<SliceChunk> Chunks => _chunks;

    /// <summary>Sum of the chunks' identities, by which the slice table finds it; means nothing outside this engine.</summary>
    internal UInt128 Identity { get; }

    internal int References;

    internal bool Removed { get; set; }

    /// <summary>Adds a reference to a slice that the caller knows to be referenced.</summary>
    public void AddReference() => Interlocked.Increment(ref References);

    /// <summary>The resource of a name; <see cref="ResourceRef.None"/> when there is none.</summary>
    public ResourceRef Find(Symbol name)
    {
        var at = ChunkOf(_chunks, name);
        if (at < 0)
        {
            return ResourceRef.None;
        }

        var index = _chunks[at].Names.BinarySearch(name);
        return index < 0 ? ResourceRef.None : _chunks[at].Resources[index];
    }

    /// <summary>Walks the resources in the order of their symbols, without allocating.</summary>
    public Enumerator GetEnumerator() => new(_chunks);

    IEnumerator<SliceEntry> IEnumerable<SliceEntry>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Index of the last chunk that begins at or before a name; -1 when all begin after it.</summary>
    internal static int ChunkOf(ReadOnlySpan<SliceChunk> chunks, Symbol name)
    {
        var (from, to) = (0, chunks.Length);
        while (from < to)
        {
            var middle = (int)((uint)(from + to) >> 1);
            if (chunks[middle].First <= name)
            {
                from = middle + 1;
            }
            else
            {
                to = middle;
            }
        }

        return from - 1;
    }

    /// <summary>Walks a slice.</summary>
    public struct Enumerator : IEnumerator<SliceEntry>
    {
        private readonly SliceChunk[] _chunks;
        private int _chunk;
        private int _index;

        internal Enumerator(SliceChunk[] chunks)
        {
            _chunks = chunks;
            _index = -1;
        }

        /// <inheritdoc/>
        public readonly SliceEntry Current => new(_chunks[_chunk].Names[_index], _chunks[_chunk].Resources[_index]);

        readonly object IEnumerator.Current => Current;

        /// <inheritdoc/>
        public bool MoveNext()
        {
            if (_chunk < _chunks.Length && ++_index == _chunks[_chunk].Count)
            {
                _chunk++;
                _index = 0;
            }

            return _chunk < _chunks.Length;
        }

        /// <inheritdoc/>
        public void Reset()
        {
            _chunk = 0;
            _index = -1;
        }

        /// <inheritdoc/>
        public readonly void Dispose()
        {
        }
    }
}
