using Mesh.Engine.Convergence;
using Mesh.Engine.Epochs;

namespace Mesh.Engine.Snapshots;

/// <summary>
/// The newest snapshot of one proxy and the streams that serve it. Publishing is one reference swap and a wake-up;
/// reading takes no lock. It keeps no history: a reader that slept sees only the newest.
/// </summary>
public sealed class SnapshotCell
{
    private readonly Lock _lock = new();
    private readonly SnapshotTable _table;
    private readonly EpochTable _epochs;
    private volatile ProxySnapshot? _current;
    private ISnapshotListener[] _listeners = [];
    private OpenRevisions _open;
    private bool _dead;
    private int _isInLine;

    internal SnapshotCell(SnapshotTable table, EpochTable epochs, string proxyId)
    {
        _table = table;
        _epochs = epochs;
        ProxyId = proxyId;
    }

    /// <summary>Whose cell this is.</summary>
    public string ProxyId { get; }

    /// <summary>Whether a snapshot was published and not withdrawn.</summary>
    public bool HasSnapshot => _current is not null;

    /// <summary>Number of attached streams.</summary>
    public int ListenerCount => Volatile.Read(ref _listeners).Length;

    /// <summary>Whether something other than <paramref name="known"/> is current. Costs one read.</summary>
    public bool IsNewerThan(ProxySnapshot? known) => !ReferenceEquals(_current, known);

    /// <summary>The newest snapshot with a reference for the caller, who disposes it; null when none was published.</summary>
    public ProxySnapshot? Acquire()
    {
        using (_epochs.Enter())
        {
            var current = _current;
            current?.AddReference();
            return current;
        }
    }

    /// <summary>A stream has handed over everything that differs for its proxy up to a snapshot. Costs one read when no revision waits for it.</summary>
    public void Received(ProxySnapshot snapshot)
    {
        if (_open.Count > 0)
        {
            lock (_lock)
            {
                _open.Received(snapshot);
            }
        }
    }

    /// <summary>The proxy has answered everything up to a snapshot. Costs one read when no revision waits for it.</summary>
    /// <param name="snapshot">What it was sent.</param>
    /// <param name="isRejected">Whether it rejected some of it.</param>
    public void Answered(ProxySnapshot snapshot, bool isRejected)
    {
        if (_open.Count > 0)
        {
            lock (_lock)
            {
                _open.Settled(snapshot, isRejected);
            }
        }
    }

    /// <summary>Stops waking a stream.</summary>
    public void Detach(ISnapshotListener listener)
    {
        lock (_lock)
        {
            var index = Array.IndexOf(_listeners, listener);
            if (index >= 0)
            {
                ISnapshotListener[] rest = [.. _listeners.AsSpan(0, index), .. _listeners.AsSpan(index + 1)];
                Volatile.Write(ref _listeners, rest);
                if (rest.Length == 0)
                {
                    _open.Gone();
                }
            }

            RemoveIfUnusedLocked();
        }
    }

    /// <summary>Puts the cell in the line of its engine's observer. False: it is in it.</summary>
    internal bool TryEnterLine() => Interlocked.Exchange(ref _isInLine, 1) == 0;

    /// <summary>Takes it out of it.</summary>
    internal void LeaveLine() => Interlocked.Exchange(ref _isInLine, 0);

    /// <summary>False when the cell left the table meanwhile: get the new one.</summary>
    internal bool TryAttach(ISnapshotListener listener)
    {
        lock (_lock)
        {
            if (!_dead)
            {
                Volatile.Write(ref _listeners, [.. _listeners, listener]);
            }

            return !_dead;
        }
    }

    /// <summary>False when the cell left the table meanwhile.</summary>
    internal bool TryPublish(ProxySnapshot? snapshot, Revision? revision, out bool changed)
    {
        ISnapshotListener[] listeners;
        ProxySnapshot? previous;
        lock (_lock)
        {
            changed = false;
            if (_dead)
            {
                return false;
            }

            previous = _current;
            if (snapshot is null ? previous is null : snapshot.HasSameResources(previous) && snapshot.MayBeEmptied == previous!.MayBeEmptied)
            {
                RemoveIfUnusedLocked();
                return true;
            }

            snapshot?.AddReference();
            // Before it can be taken: who takes it says at once how far it has come.
            Note(snapshot, revision);
            _current = snapshot;
            listeners = _listeners;
            RemoveIfUnusedLocked();
        }

        changed = true;
        if (previous is not null)
        {
            _epochs.Retire(previous);
        }

        foreach (var listener in listeners)
        {
            listener.SnapshotChanged();
        }

        return true;
    }

    private void Note(ProxySnapshot? snapshot, Revision? revision)
    {
        if (snapshot is null)
        {
            _open.Gone();
        }
        else if (revision is not null)
        {
            _open.Add(revision, snapshot);
        }
    }

    private void RemoveIfUnusedLocked()
    {
        if (_current is null && _listeners.Length == 0)
        {
            _dead = true;
            _table.Remove(this);
        }
    }
}
