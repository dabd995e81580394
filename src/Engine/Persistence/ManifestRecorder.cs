using System.Collections.Concurrent;
using Mesh.Engine.Snapshots;

namespace Mesh.Engine.Persistence;

/// <summary>
/// Writes the manifests of published snapshots to an archive, behind the publishers and in batches: of many snapshots of one
/// proxy the newest. What cannot be written waits, one entry per proxy, and is tried again. Nothing published costs nothing.
/// </summary>
public sealed class ManifestRecorder : ISnapshotObserver, IAsyncDisposable
{
    private const int BatchSize = 4096;

    /// <summary>Publishing comes in storms: what comes in this time is one batch.</summary>
    private static readonly TimeSpan _gathering = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan _pauseAfterFault = TimeSpan.FromSeconds(5);

    private readonly ResourceEngine _engine;
    private readonly IManifestArchive _archive;
    private readonly TimeProvider _clock;
    private readonly Action<Exception?> _trouble;

    // Each cell once. What they have is read when it is written: publishers are not kept with it.
    private readonly ConcurrentQueue<SnapshotCell> _waiting = new();

    // What was read already: of proxies that have nothing any more, which are expected back with what they had, and what could not be written.
    private readonly ConcurrentDictionary<string, SnapshotManifest> _read = new(StringComparer.Ordinal);

    // Not disposed: a publisher may come late, and it holds nothing.
    private readonly SemaphoreSlim _wake = new(0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private int _isAwake;

    /// <summary>Begins to record.</summary>
    /// <param name="engine">Whose snapshots.</param>
    /// <param name="archive">Where to; stays the caller's.</param>
    /// <param name="clock">Its pauses.</param>
    /// <param name="trouble">Called when writing begins to fail, and with null when it succeeds again.</param>
    public ManifestRecorder(ResourceEngine engine, IManifestArchive archive, TimeProvider clock, Action<Exception?> trouble)
    {
        ArgumentNullException.ThrowIfNull(engine);
        _engine = engine;
        _archive = archive;
        _clock = clock;
        _trouble = trouble;
        _engine.Observer = this;
        _running = Task.Run(RunAsync);
    }

    /// <summary>Proxies whose newest manifest is not written yet.</summary>
    public int WaitingCount => _waiting.Count + _read.Count;

    /// <inheritdoc/>
    public void Published(SnapshotCell cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        if (cell.TryEnterLine())
        {
            _waiting.Enqueue(cell);
            Wake();
        }
    }

    /// <inheritdoc/>
    public void Withdrawing(string proxyId, ProxySnapshot last)
    {
        _read[proxyId] = SnapshotManifest.Of(last, _engine.Types);
        Wake();
    }

    /// <summary>Writes what waits and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        // While it is still told what is withdrawn: what has none any more when it is looked at was told of, and is in the second batch.
        WriteWaiting();
        if (ReferenceEquals(_engine.Observer, this))
        {
            _engine.Observer = null;
        }

        WriteWaiting();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var fault = (Exception?)null;
        try
        {
            while (true)
            {
                await _wake.WaitAsync(_stop.Token).ConfigureAwait(false);
                await Task.Delay(fault is null ? _gathering : _pauseAfterFault, _clock, _stop.Token).ConfigureAwait(false);

                // Before the list is read, and not after it for the processor either: who adds afterwards wakes again.
                Interlocked.Exchange(ref _isAwake, 0);
                var next = WriteWaiting();
                if (next is null != fault is null)
                {
                    _trouble(next);
                }

                fault = next;
                if (fault is not null)
                {
                    Wake();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // What waits is written by who stops it.
        }
    }

    private void Wake()
    {
        if (Interlocked.Exchange(ref _isAwake, 1) == 0)
        {
            _wake.Release();
        }
    }

    /// <summary>Writes everything that waits; returns what prevented it.</summary>
    private IOException? WriteWaiting()
    {
        var batch = new List<KeyValuePair<string, SnapshotManifest>>();
        var inBatch = new HashSet<string>(StringComparer.Ordinal);
        // First: who came back since then has something newer.
        foreach (var proxyId in _read.Keys)
        {
            if (_read.TryRemove(proxyId, out var manifest) && Add(batch, inBatch, proxyId, manifest) is { } fault)
            {
                return fault;
            }
        }

        for (var left = _waiting.Count; left > 0 && _waiting.TryDequeue(out var cell); left--)
        {
            // Before its snapshot is read: who publishes afterwards puts it in line again.
            cell.LeaveLine();
            // Also before: what it is told from here on is newer.
            _read.TryRemove(cell.ProxyId, out var manifest);
            using var snapshot = cell.Acquire();
            manifest = snapshot is null ? manifest : SnapshotManifest.Of(snapshot, _engine.Types);
            if (manifest is not null && Add(batch, inBatch, cell.ProxyId, manifest) is { } fault)
            {
                return fault;
            }
        }

        return batch.Count == 0 ? null : TryWrite(batch);
    }

    /// <summary>Adds a manifest, if it is another one than before, and writes the batch when it is full.</summary>
    private IOException? Add(List<KeyValuePair<string, SnapshotManifest>> batch, HashSet<string> inBatch, string proxyId, SnapshotManifest manifest)
    {
        // What is archived is not what was before if the batch has another one of the proxy.
        if (inBatch.Contains(proxyId) || !manifest.Equals(_archive.Find(proxyId)))
        {
            batch.Add(new(proxyId, manifest));
            inBatch.Add(proxyId);
        }

        if (batch.Count < BatchSize)
        {
            return null;
        }

        inBatch.Clear();
        return TryWrite(batch);
    }

    private bool IsGiven(string proxyId)
    {
        using var snapshot = _engine.AcquireSnapshot(proxyId);
        return snapshot is not null;
    }

    private IOException? TryWrite(List<KeyValuePair<string, SnapshotManifest>> batch)
    {
        try
        {
            _archive.Write(batch, IsGiven);
            batch.Clear();
            return null;
        }
        catch (IOException fault)
        {
            // The newest of a proxy is the last one.
            for (var i = batch.Count - 1; i >= 0; i--)
            {
                _read.TryAdd(batch[i].Key, batch[i].Value);
            }

            return fault;
        }
    }
}
