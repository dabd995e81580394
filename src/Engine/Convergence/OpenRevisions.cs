using System.Runtime.CompilerServices;
using Mesh.Engine.Snapshots;

namespace Mesh.Engine.Convergence;

/// <summary>
/// The revisions that one proxy has not answered yet, oldest first. Bounded: in a storm the oldest is no longer told apart.
/// To be used behind a lock. It allocates nothing, and lies where its owner does: of a fleet's proxies none is in a processor's cache.
/// </summary>
internal struct OpenRevisions
{
    /// <summary>So many are told apart.</summary>
    public const int Capacity = 4;

    private int _count;
    private Items _items;

    /// <summary>Number of revisions without an answer; may be read without the lock as a hint.</summary>
    public readonly int Count => _count;

    /// <summary>A revision became the newest of the proxy.</summary>
    public void Add(Revision revision, ProxySnapshot snapshot)
    {
        revision.CountPublished();
        if (_count == Capacity)
        {
            _items[0].Revision.CountOvertaken();
            RemoveFirst(1);
        }

        _items[_count++] = new Item(revision, snapshot);
    }

    /// <summary>Everything of a snapshot is sent, and with it everything of those before it.</summary>
    public void Received(ProxySnapshot snapshot) => ReceivedUpTo(IndexOf(snapshot));

    /// <summary>The proxy has answered everything of a snapshot; those before it are settled with it.</summary>
    public void Settled(ProxySnapshot snapshot, bool isRejected)
    {
        var last = IndexOf(snapshot);
        ReceivedUpTo(last);
        for (var i = 0; i <= last; i++)
        {
            _items[i].Revision.CountSettled(isRejected);
        }

        RemoveFirst(last + 1);
    }

    /// <summary>Nobody is there to answer.</summary>
    public void Gone()
    {
        for (var i = 0; i < _count; i++)
        {
            _items[i].Revision.CountGone();
        }

        RemoveFirst(_count);
    }

    private readonly int IndexOf(ProxySnapshot snapshot)
    {
        for (var i = _count - 1; i >= 0; i--)
        {
            if (ReferenceEquals(_items[i].Snapshot, snapshot))
            {
                return i;
            }
        }

        return -1;
    }

    private void ReceivedUpTo(int last)
    {
        for (var i = last; i >= 0 && !_items[i].IsReceived; i--)
        {
            _items[i].IsReceived = true;
            _items[i].Revision.CountReceived();
        }
    }

    private void RemoveFirst(int count)
    {
        if (count == 0)
        {
            return;
        }

        Span<Item> items = _items;
        items[count.._count].CopyTo(items);
        items[(_count - count).._count].Clear();
        _count -= count;
    }

    private struct Item(Revision revision, ProxySnapshot snapshot)
    {
        public readonly Revision Revision = revision;
        public readonly ProxySnapshot Snapshot = snapshot;
        public bool IsReceived;
    }

    [InlineArray(Capacity)]
    private struct Items
    {
        private Item _first;
    }
}
