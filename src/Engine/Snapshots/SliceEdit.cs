using System.Runtime.InteropServices;
using Mesh.Engine.Content;
using Mesh.Engine.Symbols;

namespace Mesh.Engine.Snapshots;

/// <summary>
/// The chunks of a slice to be: those of an earlier one, except for the runs in which something changes. Scratch space, one per thread.
/// </summary>
internal sealed class SliceEdit
{
    [ThreadStatic]
    private static SliceEdit? _ofThread;

    private readonly List<Symbol> _names = [];
    private readonly List<ResourceRef> _resources = [];
    private readonly List<SliceChunk> _chunks = [];
    private readonly List<SliceChunk> _owned = [];

    public static SliceEdit OfThread => _ofThread ??= new SliceEdit();

    /// <summary>All chunks in order.</summary>
    public ReadOnlySpan<SliceChunk> Chunks => CollectionsMarshal.AsSpan(_chunks);

    /// <summary>Those among them that this interned: each with a reference that the taker gives back.</summary>
    public ReadOnlySpan<SliceChunk> Owned => CollectionsMarshal.AsSpan(_owned);

    /// <summary>Cuts a sorted list of distinct names.</summary>
    public void Cut(ChunkTable table, ResourceType type, ReadOnlySpan<Symbol> names, ReadOnlySpan<ResourceRef> resources)
    {
        Clear();
        Append(table, type, names, resources);
    }

    /// <summary>Changes a slice. Costs what the touched runs hold, and a copy of the references to the others.</summary>
    /// <param name="table">The chunks.</param>
    /// <param name="before">The slice.</param>
    /// <param name="changes">Sorted, each name once; no resource: the name goes.</param>
    public void Change(ChunkTable table, ResourceSlice before, ReadOnlySpan<SliceEntry> changes)
    {
        Clear();
        var old = before.Chunks;
        var next = 0;
        while (!changes.IsEmpty)
        {
            var start = RunOf(old, next, changes[0]);
            Keep(old[next..start]);
            next = start;
            _names.Clear();
            _resources.Clear();
            do
            {
                changes = Merge(old[next], changes, next + 1 < old.Length ? old[next + 1].First : new Symbol(int.MaxValue));
                next++;
            }
            while (next < old.Length && (!SliceChunk.BeginsAt(old[next].First) || (!changes.IsEmpty && TakesAway(changes[0], old[next]))));

            Append(table, before.Type, CollectionsMarshal.AsSpan(_names), CollectionsMarshal.AsSpan(_resources));
        }

        Keep(old[next..]);
    }

    public void Clear()
    {
        _names.Clear();
        _resources.Clear();
        _chunks.Clear();
        _owned.Clear();
    }

    /// <summary>
    /// Index of the first chunk that has to be cut anew for a change: cutting begins at a name where a chunk begins in
    /// any case, else the chunks would depend on how a slice came about.
    /// </summary>
    private static int RunOf(ReadOnlySpan<SliceChunk> old, int least, SliceEntry change)
    {
        var at = Math.Max(ResourceSlice.ChunkOf(old, change.Name), least);
        if (at > least && TakesAway(change, old[at]))
        {
            at--;
        }

        while (at > least && !SliceChunk.BeginsAt(old[at].First))
        {
            at--;
        }

        return at;
    }

    private static bool TakesAway(SliceEntry change, SliceChunk chunk) => change.Resource.IsNone && change.Name == chunk.First;

    /// <summary>Gathers a chunk's entries with the changes before a name; returns the changes that are left.</summary>
    private ReadOnlySpan<SliceEntry> Merge(SliceChunk chunk, ReadOnlySpan<SliceEntry> changes, Symbol end)
    {
        var names = chunk.Names;
        var resources = chunk.Resources;
        while (!changes.IsEmpty && changes[0].Name < end)
        {
            var index = names.BinarySearch(changes[0].Name);
            var before = index < 0 ? ~index : index;
            _names.AddRange(names[..before]);
            _resources.AddRange(resources[..before]);
            if (!changes[0].Resource.IsNone)
            {
                _names.Add(changes[0].Name);
                _resources.Add(changes[0].Resource);
            }

            var rest = index < 0 ? before : before + 1;
            names = names[rest..];
            resources = resources[rest..];
            changes = changes[1..];
        }

        _names.AddRange(names);
        _resources.AddRange(resources);
        return changes;
    }

    private void Append(ChunkTable table, ResourceType type, ReadOnlySpan<Symbol> names, ReadOnlySpan<ResourceRef> resources)
    {
        while (!names.IsEmpty)
        {
            var length = SliceChunk.LengthOfFirst(names);
            var chunk = table.Intern(type, names[..length], resources[..length]);
            _chunks.Add(chunk);
            _owned.Add(chunk);
            names = names[length..];
            resources = resources[length..];
        }
    }

    private void Keep(ReadOnlySpan<SliceChunk> chunks) => _chunks.AddRange(chunks);
}
