using System.Runtime.CompilerServices;
using Mesh.Model.Resources;
using Mesh.Model.Stores;

namespace Mesh.Stores.Indexing;

/// <summary>
/// What a store shows: the published state and the changes that led to it. Reads take no lock; publishing and watches
/// share a short one. Whoever publishes sees to it that there is one publisher at a time.
/// </summary>
internal sealed class ResourceTable(int keptDeletions)
{
    private const int WatchBatch = 256;

    private readonly Lock _gate = new();
    private readonly ChangeLog _changes = new(keptDeletions);
    private volatile StoreState _state = StoreState.Empty;
    private TaskCompletionSource? _waiting;
    private bool _closed;

    /// <summary>The published state.</summary>
    public StoreState State => _state;

    /// <summary>Starts from a state whose history before it is not known.</summary>
    /// <param name="state">The state.</param>
    /// <param name="existing">All that is in the state, in any order; quickest in order of revision.</param>
    /// <param name="deleted">Deletions since the oldest revision, of keys that are not in the state.</param>
    /// <param name="oldest">What happened up to this revision is not known.</param>
    public void StartFrom(StoreState state, IReadOnlyCollection<Resource> existing, IReadOnlyCollection<ResourceChange> deleted, long oldest)
    {
        lock (_gate)
        {
            _changes.StartFrom(oldest, existing, deleted);
            _state = state;
        }
    }

    /// <summary>Makes a state and the changes that led to it visible, at once.</summary>
    public void Publish(StoreState state, IReadOnlyList<StoredChange> changes)
    {
        TaskCompletionSource? waiting;
        lock (_gate)
        {
            foreach (var change in changes)
            {
                _changes.Add(change);
            }

            _state = state;
            waiting = _waiting;
            _waiting = null;
        }

        waiting?.SetResult();
    }

    /// <summary>Ends every watch.</summary>
    public void Close()
    {
        TaskCompletionSource? waiting;
        lock (_gate)
        {
            _closed = true;
            waiting = _waiting;
            _waiting = null;
        }

        waiting?.SetResult();
    }

    /// <summary>See <see cref="IResourceStore.ListAsync"/>.</summary>
    public ResourceList List(ResourceQuery query)
    {
        var state = _state;
        var items = new List<Resource>();
        var total = 0;
        foreach (var resource in state.Of(query.Kind, query.Mesh))
        {
            if (query.Filter is not null && !query.Filter(resource))
            {
                continue;
            }

            total++;
            if (total > query.Offset && (query.Size <= 0 || items.Count < query.Size))
            {
                items.Add(resource);
            }
        }

        return new ResourceList(items, total, state.Revision);
    }

    /// <summary>See <see cref="IResourceStore.WatchAsync"/>.</summary>
    public async IAsyncEnumerable<ResourceChange> WatchAsync(
        long afterRevision, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = afterRevision;
        if (afterRevision < 0)
        {
            (var existing, seen) = CopyExisting();
            for (var i = 0; i < existing.Length; i++)
            {
                if (i % WatchBatch == WatchBatch - 1)
                {
                    // A million of them take a second: requests that have come meanwhile get their turn, also where there are few processors.
                    await Task.Yield();
                }

                cancellationToken.ThrowIfCancellationRequested();
                yield return new ResourceChange(ChangeKind.Put, existing[i].Key, existing[i], existing[i].Revision);
            }

            yield return new ResourceChange(ChangeKind.Synced, default, null, seen);
        }

        var buffer = new ResourceChange[WatchBatch];
        while (true)
        {
            var count = CopyAfter(seen, buffer, out var more);
            for (var i = 0; i < count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                seen = buffer[i].Revision;
                yield return buffer[i];
            }

            if (more is not null)
            {
                await more.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Everything that exists, in order of revision, and the revision at which it did.</summary>
    public (Resource[] Existing, long Revision) CopyExisting()
    {
        lock (_gate)
        {
            return (_changes.CopyExisting(), _state.Revision);
        }
    }

    /// <summary>Copies what is new, or hands out what to wait for.</summary>
    private int CopyAfter(long seen, ResourceChange[] buffer, out Task? more)
    {
        lock (_gate)
        {
            if (seen < _changes.Oldest || seen > _state.Revision)
            {
                throw new RevisionCompactedException(seen, _changes.Oldest);
            }

            more = null;
            var count = _changes.CopyAfter(seen, buffer);
            if (count == 0)
            {
                if (_closed)
                {
                    throw new StoreUnavailableException("the store was closed");
                }

                _waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                more = _waiting.Task;
            }

            return count;
        }
    }
}
