using System.Runtime.InteropServices;
using Mesh.Engine.Content;
using Mesh.Engine.Symbols;

namespace Mesh.Engine.Snapshots;

/// <summary>
/// Walks what differs between two lists of chunks, in the order of names. Shared chunks are skipped by reference, equal entries
/// of others by comparing refs several at a time.
/// </summary>
internal ref struct ChunkDiff
{
    private static readonly Symbol _end = new(int.MaxValue);

    private ReadOnlySpan<SliceChunk> _fromChunks;
    private ReadOnlySpan<SliceChunk> _toChunks;

    // What is left of the chunks that were begun.
    private ReadOnlySpan<Symbol> _fromNames;
    private ReadOnlySpan<Symbol> _toNames;
    private ReadOnlySpan<ResourceRef> _from;
    private ReadOnlySpan<ResourceRef> _to;

    public ChunkDiff(ReadOnlySpan<SliceChunk> from, ReadOnlySpan<SliceChunk> to)
    {
        _fromChunks = from;
        _toChunks = to;
    }

    /// <summary>Name of the current difference.</summary>
    public Symbol Name { get; private set; }

    /// <summary>The resource before; none: it is new.</summary>
    public ResourceRef Before { get; private set; }

    /// <summary>The resource now; none: it is gone.</summary>
    public ResourceRef Now { get; private set; }

    /// <summary>Skips every name up to and including one. Before the first <see cref="MoveNext"/> only.</summary>
    public void SkipThrough(Symbol name)
    {
        Skip(ref _fromChunks, ref _fromNames, ref _from, name);
        Skip(ref _toChunks, ref _toNames, ref _to, name);
    }

    /// <summary>Goes to the next difference.</summary>
    public bool MoveNext()
    {
        while (true)
        {
            if (_from.IsEmpty && _to.IsEmpty)
            {
                SkipShared();
                if (_fromChunks.IsEmpty && _toChunks.IsEmpty)
                {
                    return false;
                }
            }

            var before = NextName(_fromChunks, _fromNames);
            var now = NextName(_toChunks, _toNames);
            if (before <= now && _from.IsEmpty)
            {
                Begin(ref _fromChunks, ref _fromNames, ref _from);
            }

            if (now <= before && _to.IsEmpty)
            {
                Begin(ref _toChunks, ref _toNames, ref _to);
            }

            if (before == now && SkipEqual())
            {
                continue;
            }

            Name = before <= now ? before : now;
            Before = before <= now ? Take(ref _fromNames, ref _from) : ResourceRef.None;
            Now = now <= before ? Take(ref _toNames, ref _to) : ResourceRef.None;
            return true;
        }
    }

    private static Symbol NextName(ReadOnlySpan<SliceChunk> chunks, ReadOnlySpan<Symbol> names) =>
        !names.IsEmpty ? names[0] : chunks.IsEmpty ? _end : chunks[0].First;

    private static void Begin(ref ReadOnlySpan<SliceChunk> chunks, ref ReadOnlySpan<Symbol> names, ref ReadOnlySpan<ResourceRef> resources)
    {
        names = chunks[0].Names;
        resources = chunks[0].Resources;
        chunks = chunks[1..];
    }

    private static ResourceRef Take(ref ReadOnlySpan<Symbol> names, ref ReadOnlySpan<ResourceRef> resources)
    {
        var resource = resources[0];
        names = names[1..];
        resources = resources[1..];
        return resource;
    }

    private static void Skip(
        ref ReadOnlySpan<SliceChunk> chunks, ref ReadOnlySpan<Symbol> names, ref ReadOnlySpan<ResourceRef> resources, Symbol name)
    {
        var at = ResourceSlice.ChunkOf(chunks, name);
        if (at >= 0)
        {
            chunks = chunks[at..];
            Begin(ref chunks, ref names, ref resources);
            var index = names.BinarySearch(name);
            var after = index < 0 ? ~index : index + 1;
            names = names[after..];
            resources = resources[after..];
        }
    }

    private void SkipShared()
    {
        var least = Math.Min(_fromChunks.Length, _toChunks.Length);
        var i = 0;
        while (i < least && ReferenceEquals(_fromChunks[i], _toChunks[i]))
        {
            i++;
        }

        _fromChunks = _fromChunks[i..];
        _toChunks = _toChunks[i..];
    }

    private bool SkipEqual()
    {
        // As numbers, for those are compared several at a time. Equal resources have equal names.
        var same = MemoryMarshal.Cast<ResourceRef, int>(_from).CommonPrefixLength(MemoryMarshal.Cast<ResourceRef, int>(_to));
        _from = _from[same..];
        _to = _to[same..];
        _fromNames = _fromNames[same..];
        _toNames = _toNames[same..];
        return same > 0;
    }
}
