using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Mesh.Engine.Content;
using Mesh.Engine.Symbols;

namespace Mesh.Engine.Snapshots;

/// <summary>
/// The resources of one type in one or many snapshots: immutable, sorted by name symbol, each name once, and shared: equal
/// lists of one engine are the same object, so comparing two views is comparing two references. Lists that differ share
/// what is equal: a slice is a list of chunks of about 64 entries that are shared in the same way, and a slice may lie over
/// another (<see cref="ResourceEngine.Layer"/>): then it is two lists without a name in common, read as one.
/// Counted by reference; give a reference back with <see cref="ResourceEngine.Release(ResourceSlice)"/>.
/// </summary>
[SuppressMessage("Naming", "CA1710", Justification = "It is part of a snapshot, seldom walked and never asked for as a collection.")]
public sealed class ResourceSlice : IReadOnlyCollection<SliceEntry>
{
    private readonly SliceChunk[] _chunks;
    private readonly SliceChunk[] _ownChunks;

    internal ResourceSlice(ResourceType type, SliceChunk[] chunks, UInt128 identity)
    {
        Type = type;
        _chunks = chunks;
        _ownChunks = [];
        Identity = identity;
        foreach (var chunk in chunks)
        {
            Count += chunk.Count;
            Fingerprint += chunk.Fingerprint;
        }
    }

    /// <summary>One slice over another. They have no name in common, and neither lies over a third.</summary>
    internal ResourceSlice(ResourceSlice shared, ResourceSlice own)
    {
        Type = shared.Type;
        (Shared, Own) = (shared, own);
        (_chunks, _ownChunks) = (shared._chunks, own._chunks);
        Identity = IdentityOf(shared, own);
        Count = shared.Count + own.Count;
        Fingerprint = shared.Fingerprint + own.Fingerprint;
    }

    /// <summary>Type of all its resources.</summary>
    public ResourceType Type { get; }

    /// <summary>Number of resources.</summary>
    public int Count { get; }

    /// <summary>Hash of all names and versions, the same in every process that serves them.</summary>
    public UInt128 Fingerprint { get; }

    /// <summary>The slice below; null: this is one list.</summary>
    internal ResourceSlice? Shared { get; }

    /// <summary>The slice above; null: this is one list.</summary>
    internal ResourceSlice? Own { get; }

    /// <summary>All chunks, or those of the slice below.</summary>
    internal ReadOnlySpan<SliceChunk> Chunks => _chunks;

    /// <summary>Chunks of the slice above; of one list none.</summary>
    internal ReadOnlySpan<SliceChunk> OwnChunks => _ownChunks;

    /// <summary>Sum of the identities of chunks or layers, by which the slice table finds it; means nothing outside this engine.</summary>
    internal UInt128 Identity { get; }

    internal int References;

    internal bool Removed { get; set; }

    /// <summary>Adds a reference to a slice that the caller knows to be referenced.</summary>
    public void AddReference() => Interlocked.Increment(ref References);

    /// <summary>The resource of a name; <see cref="ResourceRef.None"/> when there is none.</summary>
    public ResourceRef Find(Symbol name)
    {
        var own = _ownChunks.Length == 0 ? ResourceRef.None : Find(_ownChunks, name);
        return own.IsNone ? Find(_chunks, name) : own;
    }

    /// <summary>Walks the resources in the order of their symbols, without allocating.</summary>
    public Enumerator GetEnumerator() => new(_chunks, _ownChunks);

    IEnumerator<SliceEntry> IEnumerable<SliceEntry>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Identity of a slice over another; not that of one list with the same chunks.</summary>
    internal static UInt128 IdentityOf(ResourceSlice shared, ResourceSlice own) => shared.Identity + (3 * own.Identity);

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

    private static ResourceRef Find(SliceChunk[] chunks, Symbol name)
    {
        var at = ChunkOf(chunks, name);
        if (at < 0)
        {
            return ResourceRef.None;
        }

        var index = chunks[at].Names.BinarySearch(name);
        return index < 0 ? ResourceRef.None : chunks[at].Resources[index];
    }

    /// <summary>Walks a slice.</summary>
    public struct Enumerator : IEnumerator<SliceEntry>
    {
        private Walk _shared;
        private Walk _own;
        private bool _isBegun;
        private bool _isOwn;

        internal Enumerator(SliceChunk[] shared, SliceChunk[] own)
        {
            _shared = new Walk(shared);
            _own = new Walk(own);
        }

        /// <inheritdoc/>
        public readonly SliceEntry Current => _isOwn ? _own.Entry : _shared.Entry;

        readonly object IEnumerator.Current => Current;

        /// <inheritdoc/>
        public bool MoveNext()
        {
            if (!_isBegun)
            {
                _isBegun = true;
            }
            else if (_isOwn)
            {
                _own.GoOn();
            }
            else
            {
                _shared.GoOn();
            }

            _isOwn = !_own.IsAtEnd && (_shared.IsAtEnd || _own.Entry.Name < _shared.Entry.Name);
            return _isOwn || !_shared.IsAtEnd;
        }

        /// <inheritdoc/>
        public void Reset() => this = new Enumerator(_shared.Chunks, _own.Chunks);

        /// <inheritdoc/>
        public readonly void Dispose()
        {
        }
    }

    /// <summary>A place in a list of chunks, none of which is empty.</summary>
    private struct Walk(SliceChunk[] chunks)
    {
        private int _chunk;
        private int _index;

        public readonly SliceChunk[] Chunks => chunks;

        public readonly bool IsAtEnd => _chunk == chunks.Length;

        public readonly SliceEntry Entry => new(chunks[_chunk].Names[_index], chunks[_chunk].Resources[_index]);

        public void GoOn()
        {
            if (++_index == chunks[_chunk].Count)
            {
                _chunk++;
                _index = 0;
            }
        }
    }
}
