using System.Diagnostics;
using System.Runtime.InteropServices;
using Mesh.Model.Resources;
using Mesh.Model.Stores;

namespace Mesh.Stores.Indexing;

/// <summary>
/// The newest change of every key, in order of revision: what watches read. A key stands in it once, so its size is
/// bounded by what exists plus a bounded number of deletions, however slow a reader is. What was replaced is found by its
/// revision and let go at once. Not safe for concurrent use.
/// </summary>
internal sealed class ChangeLog(int keptDeletions)
{
    private const int FewestForCleaning = 256;

    // Of keys that do not exist: the revision of their deletion.
    private readonly Dictionary<ResourceKey, long> _deleted = [];
    private readonly List<Slot> _slots = [];
    private int _superseded;

    /// <summary>Oldest revision after which every change is known.</summary>
    public long Oldest { get; private set; }

    /// <summary>Begins with what a store holds after it was opened.</summary>
    /// <param name="oldest">What happened up to this revision is not known.</param>
    /// <param name="existing">Everything that exists, in any order; quickest in order of revision.</param>
    /// <param name="deleted">Deletions since, of keys that do not exist, in any order.</param>
    public void StartFrom(long oldest, IReadOnlyCollection<Resource> existing, IReadOnlyCollection<ResourceChange> deleted)
    {
        Debug.Assert(_slots.Count == 0, "a log begins once");
        Oldest = oldest;
        _slots.EnsureCapacity(existing.Count + deleted.Count);
        var isSorted = true;
        var last = long.MinValue;
        foreach (var resource in existing)
        {
            isSorted &= last <= resource.Revision;
            last = resource.Revision;
            _slots.Add(new Slot(last, resource));
        }

        foreach (var change in deleted)
        {
            _slots.Add(new Slot(change.Revision, change.Resource));
            _deleted.Add(change.Key, change.Revision);
        }

        if (!isSorted || deleted.Count > 0)
        {
            _slots.Sort(static (one, other) => one.Revision.CompareTo(other.Revision));
        }

        CleanIfWorthIt();
    }

    /// <summary>Adds the next change.</summary>
    public void Add(in StoredChange stored)
    {
        var change = stored.Change;
        if (stored.Replaced is { } replaced)
        {
            Supersede(replaced.Revision);
        }
        else if (_deleted.Remove(change.Key, out var deletion))
        {
            Supersede(deletion);
        }

        _slots.Add(new Slot(change.Revision, change.Resource));
        if (change.Kind == ChangeKind.Deleted)
        {
            _deleted.Add(change.Key, change.Revision);
        }

        CleanIfWorthIt();
    }

    /// <summary>Copies changes after a revision, oldest first, until the buffer is full.</summary>
    /// <returns>How many were copied.</returns>
    public int CopyAfter(long revision, Span<ResourceChange> buffer)
    {
        var count = 0;
        for (var i = IndexAfter(revision); i < _slots.Count && count < buffer.Length; i++)
        {
            if (_slots[i] is { Resource: { } resource } slot)
            {
                buffer[count++] = new ResourceChange(slot.IsDeletion ? ChangeKind.Deleted : ChangeKind.Put, resource.Key, resource, slot.Revision);
            }
        }

        return count;
    }

    /// <summary>Everything that exists, in order of revision.</summary>
    public Resource[] CopyExisting()
    {
        var existing = new Resource[_slots.Count - _superseded - _deleted.Count];
        var count = 0;
        foreach (var slot in _slots)
        {
            if (slot is { Resource: { } resource, IsDeletion: false })
            {
                existing[count++] = resource;
            }
        }

        Debug.Assert(count == existing.Length, "what is not superseded exists or was deleted");
        return existing;
    }

    private void Supersede(long revision)
    {
        var index = IndexAfter(revision - 1);
        Debug.Assert(_slots[index].Revision == revision && _slots[index].Resource is not null, "what is replaced stands in the log");
        _slots[index] = new Slot(revision, null);
        _superseded++;
    }

    private void CleanIfWorthIt()
    {
        if (_superseded + _deleted.Count > FewestForCleaning && (_superseded > _slots.Count / 2 || _deleted.Count > 2L * keptDeletions))
        {
            Clean();
        }
    }

    /// <summary>Drops superseded slots and the oldest deletions beyond the bound.</summary>
    private void Clean()
    {
        var toForget = Math.Max(0, _deleted.Count - keptDeletions);
        var slots = CollectionsMarshal.AsSpan(_slots);
        var kept = 0;
        foreach (var slot in slots)
        {
            if (slot.Resource is null)
            {
                continue;
            }

            if (toForget > 0 && slot.IsDeletion)
            {
                toForget--;
                Oldest = slot.Revision;
                _deleted.Remove(slot.Resource.Key);
                continue;
            }

            slots[kept++] = slot;
        }

        _slots.RemoveRange(kept, _slots.Count - kept);
        _superseded = 0;
    }

    /// <summary>Index of the first slot after a revision; slots are sorted by revision.</summary>
    private int IndexAfter(long revision)
    {
        int low = 0, high = _slots.Count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_slots[middle].Revision <= revision)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>A change; without a resource: a newer one of its key came.</summary>
    private readonly record struct Slot(long Revision, Resource? Resource)
    {
        /// <summary>A resource bears the revision at which it was put.</summary>
        public bool IsDeletion => Resource is not null && Resource.Revision != Revision;
    }
}
