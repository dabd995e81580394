using Mesh.Engine.Epochs;

namespace Mesh.Engine.Snapshots;

/// <summary>
/// Everything one proxy is to have: a slice per type. Immutable. Many proxies can share one. Counted by reference: who built
/// it disposes it, and whoever it was published to keeps it alive as long as needed.
/// </summary>
public sealed class ProxySnapshot : IDisposable, IReclaimable
{
    private readonly SliceTable _table;
    private readonly ResourceSlice?[] _slices;
    private int _references = 1;

    internal ProxySnapshot(SliceTable table, ResourceSlice?[] slices, bool mayBeEmptied)
    {
        _table = table;
        _slices = slices;
        MayBeEmptied = mayBeEmptied;
        foreach (var slice in slices)
        {
            Version += slice is null ? 0 : slice.Fingerprint * (UInt128)(slice.Type.Id + 1);
        }
    }

    ~ProxySnapshot() => ReleaseSlices();

    /// <summary>Hash of everything in it; the same in every process that computes the same.</summary>
    public UInt128 Version { get; }

    /// <summary>Number of resources in it.</summary>
    public int ResourceCount
    {
        get
        {
            var count = 0;
            foreach (var slice in _slices)
            {
                count += slice?.Count ?? 0;
            }

            return count;
        }
    }

    /// <summary>Whether a proxy may be left without any listener or cluster by this; else such a push is held back as a likely fault.</summary>
    public bool MayBeEmptied { get; }

    /// <summary>The resources of a type; null when it has none.</summary>
    public ResourceSlice? this[ResourceType type] => type.Id < _slices.Length ? _slices[type.Id] : null;

    /// <summary>Whether both hold the same resources.</summary>
    public bool HasSameResources(ProxySnapshot? other)
    {
        if (other is null)
        {
            return false;
        }

        var count = Math.Max(_slices.Length, other._slices.Length);
        for (var i = 0; i < count; i++)
        {
            var type = new ResourceType((byte)i);
            if (!ReferenceEquals(this[type], other[type]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Adds a reference; dispose once more for it.</summary>
    public void AddReference() => Interlocked.Increment(ref _references);

    /// <summary>Gives back one reference.</summary>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            GC.SuppressFinalize(this);
            ReleaseSlices();
        }
    }

    void IReclaimable.Reclaim() => Dispose();

    private void ReleaseSlices()
    {
        for (var i = 0; i < _slices.Length; i++)
        {
            if (_slices[i] is { } slice)
            {
                _slices[i] = null;
                _table.Release(slice);
            }
        }
    }
}
