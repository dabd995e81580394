using Mesh.Engine.Snapshots;

namespace Mesh.Engine.Convergence;

/// <summary>
/// The revisions that one proxy has not answered yet, oldest first. Bounded: in a storm the oldest is no longer told apart.
/// To be used behind a lock. It allocates once.
/// </summary>
internal struct OpenRevisions
{
    /// <summary>So many are told apart.</summary>
    public const int Capacity = 4;

    private Item[]? _items;
    private int _count;

    /// <summary>Number of revisions without an answer; may be read without the lock as a hint.</summary>
    public readonly int Count => _count;

    /// <summary>A revision became the newest of the proxy.</summary>
    public void Add(Revision revision, ProxySnapshot snapshot)
    {
        revision.CountPublished();
        _items ??= new Item[Capacity];
        if (_count == Capacity)
        {
            _items[0].Revision.CountOvertaken();
            RemoveFirst(1);
        }

        _items[_count++] = new Item(revision, snapshot, false);
    }

    /// <summary>Everything of a snapshot is sent, and with it everything of those before it.</summary>
    public readonly void Received(ProxySnapshot snapshot)
    {
        for (var i = IndexOf(snapshot); i >= 0 && !_items![i].IsReceived; i--)
        {
            _items[i] = _items[i] with { IsReceived = true };
            _items[i].Revision.CountReceived();
        }
    }

    /// <summary>The proxy has answered everything of a snapshot; those before it are settled with it.</summary>
    public void Settled(ProxySnapshot snapshot, bool isRejected)
    {
        Received(snapshot);
        var last = IndexOf(snapshot);
        for (var i = 0; i <= last; i++)
        {
            _items![i].Revision.CountSettled(isRejected);
        }

        RemoveFirst(last + 1);
    }

    /// <summary>Nobody is there to answer.</summary>
    public void Gone()
    {
        for (var i = 0; i < _count; i++)
        {
            _items![i].Revision.CountGone();
        }

        RemoveFirst(_count);
    }

    private readonly int IndexOf(ProxySnapshot snapshot)
    {
        for (var i = _count - 1; i >= 0; i--)
        {
            if (ReferenceEquals(_items![i].Snapshot, snapshot))
            {
                return i;
            }
        }

        return -1;
    }

    private void RemoveFirst(int count)
    {
        if (count > 0)
        {
            Array.Copy(_items!, count, _items!, 0, _count - count);
            Array.Clear(_items!, _count - count, count);
            _count -= count;
        }
    }

    private readonly record struct Item(Revision Revision, ProxySnapshot Snapshot, bool IsReceived);
}
