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
    private readonly ConcurrentDictionary<string, SnapshotManifest> _waiting = new(StringComparer.Ordinal);

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
    public int WaitingCount => _waiting.Count;

    /// <inheritdoc/>
    public void Published(string proxyId, ProxySnapshot snapshot)
    {
        _waiting[proxyId] = SnapshotManifest.Of(snapshot, _engine.Types);
        Wake();
    }

    /// <summary>Writes what waits and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        if (ReferenceEquals(_engine.Observer, this))
        {
            _engine.Observer = null;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
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

                // Before the list is read: who adds afterwards wakes again.
                Volatile.Write(ref _isAwake, 0);
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
            WriteWaiting();
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
        foreach (var proxyId in _waiting.Keys)
        {
            if (_waiting.TryRemove(proxyId, out var manifest) && !manifest.Equals(_archive.Find(proxyId)))
            {
                batch.Add(new(proxyId, manifest));
            }

            if (batch.Count == BatchSize && TryWrite(batch) is { } fault)
            {
                return fault;
            }
        }

        return batch.Count == 0 ? null : TryWrite(batch);
    }

    private IOException? TryWrite(List<KeyValuePair<string, SnapshotManifest>> batch)
    {
        try
        {
            _archive.Write(batch);
            batch.Clear();
            return null;
        }
        catch (IOException fault)
        {
            foreach (var (proxyId, manifest) in batch)
            {
                _waiting.TryAdd(proxyId, manifest);
            }

            return fault;
        }
    }
}
