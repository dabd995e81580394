using System.Collections.Concurrent;
using Mesh.Engine.Convergence;
using Mesh.Engine.Epochs;
using Mesh.Engine.Persistence;

namespace Mesh.Engine.Snapshots;

/// <summary>The cells of all proxies, by proxy id. A cell lives while it has a snapshot or a stream.</summary>
internal sealed class SnapshotTable(EpochTable epochs)
{
    private readonly ConcurrentDictionary<string, SnapshotCell> _cells = new(StringComparer.Ordinal);

    private volatile ISnapshotObserver? _observer;

    public int Count => _cells.Count;

    public ISnapshotObserver? Observer
    {
        get => _observer;
        set => _observer = value;
    }

    public SnapshotCell? Find(string proxyId) => _cells.GetValueOrDefault(proxyId);

    public SnapshotCell Attach(string proxyId, ISnapshotListener listener)
    {
        while (true)
        {
            var cell = Cell(proxyId);
            if (cell.TryAttach(listener))
            {
                return cell;
            }
        }
    }

    /// <param name="known">The cell of the proxy, if the publisher knows it; afterwards it does.</param>
    public bool Publish(string proxyId, ref SnapshotCell? known, ProxySnapshot? snapshot, Revision? revision)
    {
        bool changed;
        if (snapshot is null)
        {
            TellLast(known);
        }

        var cell = known ?? Cell(proxyId);
        while (!cell.TryPublish(snapshot, revision, out changed))
        {
            cell = Cell(proxyId);
        }

        known = cell;
        if (changed && snapshot is not null)
        {
            _observer?.Published(cell);
        }

        return changed;
    }

    /// <summary>Before a snapshot is withdrawn: who is to read it from its cell finds none, and knows already.</summary>
    private void TellLast(SnapshotCell? cell)
    {
        if (_observer is { } observer)
        {
            using var last = cell?.Acquire();
            if (last is not null)
            {
                observer.Withdrawing(cell!.ProxyId, last);
            }
        }
    }

    /// <summary>Resources that proxies have, each counted once for every proxy that has it.</summary>
    public long CountReferences()
    {
        var total = 0L;
        foreach (var (_, cell) in _cells)
        {
            using var snapshot = cell.Acquire();
            total += snapshot?.ResourceCount ?? 0;
        }

        return total;
    }

    public void Remove(SnapshotCell cell) => _cells.TryRemove(new KeyValuePair<string, SnapshotCell>(cell.ProxyId, cell));

    private SnapshotCell Cell(string proxyId) =>
        _cells.TryGetValue(proxyId, out var cell)
            ? cell
            : _cells.GetOrAdd(proxyId, static (id, table) => new SnapshotCell(table, table.Epochs, id), this);

    private EpochTable Epochs => epochs;
}
