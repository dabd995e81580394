using System.Buffers;
using System.Runtime.InteropServices;
using Mesh.Engine.Persistence;
using Mesh.Model.Stores;
using Mesh.Stores.Embedded;
using Mesh.Stores.Embedded.Log;
using Mesh.Stores.Embedded.Records;
using Mesh.Stores.Embedded.Storage;
using Microsoft.Extensions.Logging;

namespace Mesh.Stores.Manifests;

/// <summary>
/// The manifests of proxies in a FASTER log, all of them in memory. Appending is a batch and one flush; when most of the log
/// is outdated, what counts is written to a new one that takes its place at once. Nothing in it is the only copy of
/// anything: what cannot be read is set aside and made anew by the next snapshots.
/// </summary>
public sealed class ManifestArchive : IManifestArchive
{
    /// <summary>A manifest that is that old goes with the next rewriting, unless its proxy is given something then: otherwise it is not expected back.</summary>
    internal static readonly TimeSpan Retention = TimeSpan.FromDays(7);

    /// <summary>Shorter logs are not rewritten, in bytes.</summary>
    internal const int LeastRewritten = 1024 * 1024;

    private const int RewrittenAtFactor = 4;

    private readonly Lock _lock = new();
    private readonly IStorageFolder _folder;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Guid _storeId;
    private readonly Dictionary<string, StoredManifest> _manifests;
    private LogSegment _segment;
    private long _leastTail = LeastRewritten;

    // The writer's, used again and again: it is large, and new memory costs more than what is done with it.
    private readonly ArrayBufferWriter<byte> _body = new();

    private ManifestArchive(
        IStorageFolder folder, Guid storeId, TimeProvider clock, ILogger logger, LogSegment segment, Dictionary<string, StoredManifest> manifests)
    {
        _folder = folder;
        _storeId = storeId;
        _clock = clock;
        _logger = logger;
        _segment = segment;
        _manifests = manifests;
    }

    /// <summary>Number of proxies with a manifest.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _manifests.Count;
            }
        }
    }

    /// <summary>Number of the log in use; each rewriting begins the next.</summary>
    internal int Generation => _segment.Generation;

    /// <summary>
    /// Opens the archive of a folder; what is damaged or belongs to another store is set aside. Null when the folder cannot be
    /// used at all: then the log says why, and the control plane does without.
    /// </summary>
    /// <param name="path">The folder; made where it is not there.</param>
    /// <param name="storeId">Id of the store whose resources the snapshots are made of.</param>
    /// <param name="clock">Time of manifests.</param>
    /// <param name="logger">Log.</param>
    public static ManifestArchive? Open(string path, Guid storeId, TimeProvider clock, ILogger<ManifestArchive> logger)
    {
        DiskFolder? folder = null;
        try
        {
            folder = new DiskFolder(path);
            return Open(folder, storeId, clock, logger);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or StoreException)
        {
            folder?.Dispose();
            ManifestLog.Unusable(logger, path, e.Message);
            return null;
        }
    }

    /// <exception cref="IOException">The folder cannot be used.</exception>
    internal static ManifestArchive Open(IStorageFolder folder, Guid storeId, TimeProvider clock, ILogger logger)
    {
        var opened = ManifestRecovery.Open(folder, storeId, logger);
        return new ManifestArchive(folder, storeId, clock, logger, opened.Segment, opened.Manifests);
    }

    /// <inheritdoc/>
    public SnapshotManifest? Find(string proxyId)
    {
        lock (_lock)
        {
            return _manifests.TryGetValue(proxyId, out var stored) ? stored.Manifest : null;
        }
    }

    /// <inheritdoc/>
    public void Write(IReadOnlyList<KeyValuePair<string, SnapshotManifest>> manifests, Func<string, bool> isGiven)
    {
        ArgumentNullException.ThrowIfNull(manifests);
        ArgumentNullException.ThrowIfNull(isGiven);
        var now = _clock.GetUtcNow();
        var stored = manifests.Select(pair => KeyValuePair.Create(pair.Key, new StoredManifest(pair.Value, now))).ToList();
        try
        {
            Append(_segment, RecordKind.Changes, CollectionsMarshal.AsSpan(stored));
            _segment.Commit();
        }
        catch (IOException)
        {
            _segment.Abandon();
            throw;
        }

        lock (_lock)
        {
            foreach (var (proxyId, manifest) in stored)
            {
                _manifests[proxyId] = manifest;
            }
        }

        if (_segment.ConfirmedTail > _leastTail)
        {
            Rewrite(now, isGiven);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _segment.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Append(LogSegment segment, RecordKind kind, ReadOnlySpan<KeyValuePair<string, StoredManifest>> manifests)
    {
        _body.ResetWrittenCount();
        ManifestCodec.Write(_body, manifests);
        segment.Append(kind, _body.WrittenSpan);
    }

    /// <summary>Begins a new log with what counts. A fault leaves the old one in use, and the next attempt to a longer one.</summary>
    private void Rewrite(DateTimeOffset now, Func<string, bool> isGiven)
    {
        List<KeyValuePair<string, StoredManifest>> kept;
        lock (_lock)
        {
            foreach (var (proxyId, outdated) in _manifests.Where(pair => now - pair.Value.WrittenAt > Retention).ToList())
            {
                if (isGiven(proxyId))
                {
                    // It never changed, so that it was never written again.
                    _manifests[proxyId] = outdated with { WrittenAt = now };
                }
                else
                {
                    _manifests.Remove(proxyId);
                }
            }

            kept = [.. _manifests];
        }

        LogSegment? next = null;
        var generation = _segment.Generation + 1;
        try
        {
            next = LogSegment.Begin(_folder.Open(StoreFiles.LogName(generation)), new LogHeader(_storeId, generation, 0));
            for (var from = 0; from < kept.Count; from += 1024)
            {
                Append(next, RecordKind.Snapshot, CollectionsMarshal.AsSpan(kept).Slice(from, Math.Min(1024, kept.Count - from)));
            }

            next.Commit();
            _folder.Sync();
            StoreFiles.WriteCurrent(_folder, generation);
        }
        catch (IOException fault)
        {
            // Which of both a crash would leave in use may be unknown, and does not matter: both are right, one is older. One that is not used for sure
            // is not to take up the room that is missing.
            next?.Dispose();
            if (!StoreFiles.MayBeCurrent(_folder, generation))
            {
                StoreFiles.TryDelete(_folder, generation);
            }

            _leastTail = _segment.ConfirmedTail * 2;
            ManifestLog.NotRewritten(_logger, _folder.Path, fault.Message);
            return;
        }

        var old = _segment;
        _segment = next;
        _leastTail = Math.Max(LeastRewritten, next.ConfirmedTail * RewrittenAtFactor);
        old.Dispose();
        StoreFiles.TryDelete(_folder, old.Generation);
    }
}
