using System.Collections.Concurrent;
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

    public bool Publish(string proxyId, ProxySnapshot? snapshot)
    {
        bool changed;
        while (!Cell(proxyId).TryPublish(snapshot, out changed))
        {
        }

        if (changed && snapshot is not null)
        {
            _observer?.Published(proxyId, snapshot);
        }

        return changed;
    }

    public void Remove(SnapshotCell cell) => _cells.TryRemove(new KeyValuePair<string, SnapshotCell>(cell.ProxyId, cell));

    private SnapshotCell Cell(string proxyId) =>
        _cells.TryGetValue(proxyId, out var cell)
            ? cell
            : _cells.GetOrAdd(proxyId, static (id, table) => new SnapshotCell(table, table.Epochs, id), this);

    private EpochTable Epochs => epochs;
}
