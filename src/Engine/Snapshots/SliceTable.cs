using System.Runtime.InteropServices;
using Mesh.Engine.Content;
using Mesh.Engine.Symbols;

namespace Mesh.Engine.Snapshots;

/// <summary>All slices of an engine, each list once. A slice holds one reference to each of its chunks, or to each of its two layers.</summary>
internal sealed class SliceTable(ContentTable content, SymbolTable symbols)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(UInt128 Identity, byte Type), ResourceSlice> _slices = [];
    private readonly ChunkTable _chunks = new(content, symbols);

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

    public int ChunkCount => _chunks.Count;

    /// <summary>
    /// The slice of a sorted list of distinct names; null when it is empty. The caller owns one reference and must keep the
    /// resources alive meanwhile.
    /// </summary>
    public ResourceSlice? Intern(ResourceType type, ReadOnlySpan<Symbol> names, ReadOnlySpan<ResourceRef> resources)
    {
        var edit = SliceEdit.OfThread;
        edit.Cut(_chunks, type, names, resources);
        return Take(type, edit);
    }

    /// <summary>
    /// A slice over another, in O(1) where they have no name in common; where they have, one list in which the upper counts.
    /// The caller owns one reference.
    /// </summary>
    /// <param name="shared">The lower one.</param>
    /// <param name="own">The upper one.</param>
    /// <param name="before">Perhaps the same two already; null: nothing.</param>
    public ResourceSlice Layer(ResourceSlice shared, ResourceSlice own, ResourceSlice? before)
    {
        if (before is not null && ReferenceEquals(before.Shared, shared) && ReferenceEquals(before.Own, own))
        {
            before.AddReference();
            return before;
        }

        // Slices lie over one another in two layers, no more.
        if (shared.Own is not null || own.Own is not null)
        {
            return Flatten(shared, own);
        }

        foreach (var (name, _) in own)
        {
            if (!shared.Find(name).IsNone)
            {
                return Flatten(shared, own);
            }
        }

        var identity = ResourceSlice.IdentityOf(shared, own);
        lock (_lock)
        {
            if (_slices.TryGetValue((identity, shared.Type.Id), out var known))
            {
                known.AddReference();
                return known;
            }

            shared.AddReference();
            own.AddReference();
            var slice = new ResourceSlice(shared, own) { References = 1 };
            _slices.Add((identity, shared.Type.Id), slice);
            return slice;
        }
    }

    /// <summary>A slice except for some names, sorted, each once; no resource: the name goes. Null when nothing is left.</summary>
    public ResourceSlice? Change(ResourceSlice before, ReadOnlySpan<SliceEntry> changes)
    {
        if (before.Own is { } own)
        {
            var flat = Flatten(before.Shared!, own);
            var changed = Change(flat, changes);
            Release(flat);
            return changed;
        }

        var edit = SliceEdit.OfThread;
        edit.Change(_chunks, before, changes);
        return Take(before.Type, edit);
    }

    public ResourceSlice Union(ResourceSlice older, ResourceSlice newer)
    {
        var missing = new List<SliceEntry>();
        var diff = new SliceDiff(newer, older);
        while (diff.MoveNext())
        {
            if (diff.Before.IsNone)
            {
                missing.Add(new SliceEntry(diff.Name, diff.Now));
            }
        }

        if (missing.Count == 0)
        {
            newer.AddReference();
            return newer;
        }

        return Change(newer, CollectionsMarshal.AsSpan(missing))!;
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
            _slices.Remove((slice.Identity, slice.Type.Id));
        }

        if (slice.Own is { } own)
        {
            Release(slice.Shared!);
            Release(own);
            return;
        }

        foreach (var chunk in slice.Chunks)
        {
            _chunks.Release(chunk);
        }
    }

    private ResourceSlice Flatten(ResourceSlice shared, ResourceSlice own)
    {
        SliceEntry[] entries = [.. own];
        return Change(shared, entries)!;
    }

    private ResourceSlice? Take(ResourceType type, SliceEdit edit)
    {
        if (edit.Chunks.IsEmpty)
        {
            return null;
        }

        // Chunks of one slice have no name in common, so the sum says which they are whatever their order.
        UInt128 identity = 0;
        foreach (var chunk in edit.Chunks)
        {
            identity += chunk.Identity;
        }

        ResourceSlice slice;
        lock (_lock)
        {
            if (_slices.TryGetValue((identity, type.Id), out var known))
            {
                known.AddReference();
                slice = known;
            }
            else
            {
                foreach (var chunk in edit.Chunks)
                {
                    chunk.AddReference();
                }

                slice = new ResourceSlice(type, edit.Chunks.ToArray(), identity) { References = 1 };
                _slices.Add((identity, type.Id), slice);
            }
        }

        foreach (var chunk in edit.Owned)
        {
            _chunks.Release(chunk);
        }

        edit.Clear();
        return slice;
    }
}
