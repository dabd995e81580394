using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Mesh.Model.Resources;
using Mesh.Model.Stores;

namespace Mesh.Stores.Indexing;

/// <summary>
/// The newest change of every key, in order of revision: what watches read. A key stands in it once, so its size is
/// bounded by what exists plus a bounded number of deletions, however slow a reader is. Not safe for concurrent use.
/// </summary>
internal sealed class ChangeLog(int keptDeletions)
{
    private const int FewestForCleaning = 256;

    private readonly Dictionary<ResourceKey, Entry> _newest = [];
    private List<Entry> _entries = [];
    private int _superseded;
    private int _deletions;

    /// <summary>Oldest revision after which every change is known.</summary>
    public long Oldest { get; private set; }

    /// <summary>Forgets what happened up to a revision; for a store that starts from a snapshot.</summary>
    public void StartAfter(long revision) => Oldest = revision;

    /// <summary>Adds the next change.</summary>
    public void Add(in ResourceChange change)
    {
        var entry = new Entry(change);
        ref var slot = ref CollectionsMarshal.GetValueRefOrAddDefault(_newest, change.Key, out var existed);
        if (existed)
        {
            Supersede(slot!);
        }

        slot = entry;
        _entries.Add(entry);
        _deletions += change.Kind == ChangeKind.Deleted ? 1 : 0;
        if (_superseded + _deletions > FewestForCleaning && (_superseded > _entries.Count / 2 || _deletions > 2L * keptDeletions))
        {
            Clean();
        }
    }

    /// <summary>Copies changes after a revision, oldest first, until the buffer is full.</summary>
    /// <returns>How many were copied.</returns>
    public int CopyAfter(long revision, Span<ResourceChange> buffer)
    {
        var count = 0;
        for (var i = IndexAfter(revision); i < _entries.Count && count < buffer.Length; i++)
        {
            if (!_entries[i].IsSuperseded)
            {
                buffer[count++] = _entries[i].Change;
            }
        }

        return count;
    }

    /// <summary>Everything that exists, as changes in order of revision.</summary>
    public ResourceChange[] CopyExisting()
    {
        var existing = new List<ResourceChange>(_newest.Count);
        foreach (var entry in _entries)
        {
            if (!entry.IsSuperseded && entry.Change.Kind == ChangeKind.Put)
            {
                existing.Add(entry.Change);
            }
        }

        return [.. existing];
    }

    private void Supersede(Entry entry)
    {
        entry.IsSuperseded = true;
        _superseded++;
        _deletions -= entry.Change.Kind == ChangeKind.Deleted ? 1 : 0;
    }

    /// <summary>Drops superseded entries and the oldest deletions beyond the bound.</summary>
    private void Clean()
    {
        var toForget = Math.Max(0, _deletions - keptDeletions);
        var kept = new List<Entry>(_entries.Count - _superseded);
        foreach (var entry in _entries)
        {
            if (entry.IsSuperseded)
            {
                continue;
            }

            if (toForget > 0 && entry.Change.Kind == ChangeKind.Deleted)
            {
                toForget--;
                _deletions--;
                Oldest = entry.Change.Revision;
                _newest.Remove(entry.Change.Key);
                continue;
            }

            kept.Add(entry);
        }

        _entries = kept;
        _superseded = 0;
    }

    /// <summary>Index of the first entry after a revision; entries are sorted by revision.</summary>
    private int IndexAfter(long revision)
    {
        int low = 0, high = _entries.Count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_entries[middle].Change.Revision <= revision)
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

    [SuppressMessage("Performance", "CA1812", Justification = "Made by Add.")]
    private sealed class Entry(ResourceChange change)
    {
        public ResourceChange Change { get; } = change;

        public bool IsSuperseded { get; set; }
    }
}
