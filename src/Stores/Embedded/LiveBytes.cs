using System.Runtime.InteropServices;
using Mesh.Stores.Indexing;

namespace Mesh.Stores.Embedded;

/// <summary>How many bytes of a log still mean something. A resource is known by its revision: a number costs less than a key.</summary>
internal sealed class LiveBytes
{
    private const int FewestForCleaning = 256;

    // In order of revision; 0 bytes: it means nothing any more.
    private readonly List<Slot> _slots = [];
    private int _dead;

    /// <summary>All of them.</summary>
    public long Total { get; private set; }

    /// <summary>So many resources will come.</summary>
    public void Expect(int count) => _slots.EnsureCapacity(count);

    /// <summary>A resource was written at a revision.</summary>
    public void Put(long revision, int bytes)
    {
        Total += bytes;
        if (_slots.Count == 0 || _slots[^1].Revision < revision)
        {
            _slots.Add(new Slot(revision, bytes));
        }
        else
        {
            // What an earlier version of the program could not read stands behind what is newer.
            _slots.Insert(IndexOf(revision), new Slot(revision, bytes));
        }
    }

    /// <summary>What was written at a revision was replaced or deleted.</summary>
    public void Remove(long revision)
    {
        var index = IndexOf(revision);
        if (index == _slots.Count || _slots[index] is not { Bytes: > 0 } slot || slot.Revision != revision)
        {
            return;
        }

        Total -= slot.Bytes;
        _slots[index] = slot with { Bytes = 0 };
        if (++_dead > FewestForCleaning && _dead > _slots.Count / 2)
        {
            _slots.RemoveAll(static one => one.Bytes == 0);
            _dead = 0;
        }
    }

    /// <summary>A change was written.</summary>
    public void Apply(in StoredChange stored, int bytes)
    {
        if (stored.Replaced is { } replaced)
        {
            Remove(replaced.Revision);
        }

        if (stored.Change.Kind == Model.Stores.ChangeKind.Put)
        {
            Put(stored.Change.Revision, bytes);
        }
    }

    private int IndexOf(long revision)
    {
        int low = 0, high = _slots.Count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_slots[middle].Revision < revision)
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

    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private readonly record struct Slot(long Revision, int Bytes);
}
