using System.Buffers;
using System.Threading.Channels;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Stores.Embedded.Log;
using Mesh.Stores.Embedded.Records;
using Mesh.Stores.Embedded.Storage;
using Mesh.Stores.Indexing;
using Microsoft.Extensions.Logging;

namespace Mesh.Stores.Embedded;

/// <summary>
/// The one who writes: takes what waits, decides it in order, appends it, flushes once for all of it, then publishes and
/// answers. All fields belong to its loop; others only add to the channel.
/// </summary>
internal sealed class StoreWriter
{
    private const int MaxBatchBytes = 4 << 20;

    private readonly Channel<PendingWrite?> _waiting = Channel.CreateBounded<PendingWrite?>(
        new BoundedChannelOptions(16_384) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly IStorageFolder _folder;
    private readonly EmbeddedStoreOptions _options;
    private readonly ResourceTable _table;
    private readonly ChangeCodec _codec;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly IStorageFile _confirmed;
    private readonly LiveBytes _live;
    private readonly Dictionary<ResourceKey, byte[]> _unreadable;
    private readonly ArrayBufferWriter<byte> _body = new();
    private readonly Task _loop;

    private LogHeader _header;
    private LogSegment _segment;
    private Compaction? _compaction;
    private LogSegment? _successor;
    private long _compactAt;
    private long _foreignBytes;
    private int _turn = 1;
    private volatile string? _trouble;

    public StoreWriter(
        IStorageFolder folder, EmbeddedStoreOptions options, OpenedStore opened, ResourceTable table, ChangeCodec codec, TimeProvider clock, ILogger logger)
    {
        (_folder, _options, _table, _codec, _clock, _logger) = (folder, options, table, codec, clock, logger);
        (_segment, _confirmed, _header, _live) = (opened.Segment, opened.Confirmed, opened.Header, opened.Content.Live);
        _unreadable = new Dictionary<ResourceKey, byte[]>(opened.Content.Unreadable);
        (_compactAt, _foreignBytes) = (options.CompactionMinimumBytes, opened.Content.ForeignBytes);
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Why no write is taken now; null when writes are taken.</summary>
    public string? Trouble => _trouble;

    /// <summary>Number of the log in use.</summary>
    public int Generation => _segment.Generation;

    /// <summary>Writes, and comes back when the write is durable.</summary>
    public async ValueTask<Resource> WriteAsync(StoreWrite write, CancellationToken cancellationToken)
    {
        var pending = new PendingWrite(write, cancellationToken);
        try
        {
            await _waiting.Writer.WriteAsync(pending, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new StoreUnavailableException("the store was closed");
        }

        return await pending.Task.ConfigureAwait(false);
    }

    /// <summary>Takes no more writes, finishes those that wait, and closes the files.</summary>
    public async ValueTask CloseAsync()
    {
        _waiting.Writer.TryComplete();
        await _loop.ConfigureAwait(false);
        if (_compaction is not null)
        {
            await SwitchAsync(_compaction).ConfigureAwait(false);
        }

        _successor?.Dispose();
        _segment.Dispose();
        _confirmed.Dispose();
    }

    private async Task RunAsync()
    {
        var batch = new List<PendingWrite>();
        try
        {
            while (await _waiting.Reader.WaitToReadAsync().ConfigureAwait(false))
            {
                if (_compaction is { IsReady: true } ready)
                {
                    _compaction = null;
                    await SwitchAsync(ready).ConfigureAwait(false);
                }

                Process(batch);
                batch.Clear();
                CompactIfWorthIt();
            }
        }
        catch (Exception fault)
        {
            // Not a fault of the disk but one of ours: nobody may wait for ever because of it.
            _waiting.Writer.TryComplete();
            Fail(batch, fault);
            batch.Clear();
            Fail(batch, fault);
        }
    }

    private void Process(List<PendingWrite> batch)
    {
        var state = _table.State;
        var changes = new List<StoredChange>();
        var bodies = _compaction is null ? null : new List<byte[]>();
        var sizes = new List<int>();
        try
        {
            EndSwitch();
            var bytes = 0;
            while (batch.Count < _options.MaxBatch && bytes < MaxBatchBytes && _waiting.Reader.TryRead(out var pending))
            {
                if (pending is null)
                {
                    continue;
                }

                if (pending.CancellationToken.IsCancellationRequested)
                {
                    pending.TrySetCanceled(pending.CancellationToken);
                    continue;
                }

                batch.Add(pending);
                if (Decide(pending, state, sizes) is { } transition)
                {
                    state = transition.State;
                    changes.AddRange(transition.Changes);
                    bodies?.Add(_body.WrittenSpan.ToArray());
                    bytes += _body.WrittenCount;
                    _segment.Append(RecordKind.Changes, _body.WrittenSpan, _codec.Author);
                }
            }

            if (changes.Count > 0)
            {
                _segment.Commit();
            }
        }
        catch (Exception fault)
        {
            Fail(batch, fault);
            return;
        }

        if (changes.Count > 0)
        {
            Confirm(state, changes, bodies, sizes);
        }

        foreach (var pending in batch)
        {
            pending.Tell();
        }
    }

    /// <summary>Decides a write and encodes what it changes; null when it is refused.</summary>
    private StoreTransition? Decide(PendingWrite pending, StoreState state, List<int> sizes)
    {
        var known = sizes.Count;
        try
        {
            var transition = pending.Write.Apply(state, _clock.GetUtcNow());
            _body.ResetWrittenCount();
            foreach (var change in transition.Changes)
            {
                var before = _body.WrittenCount;
                _codec.Write(_body, change.Change);
                sizes.Add(_body.WrittenCount - before);
            }

            pending.Outcome = transition.Result;
            return transition;
        }
        catch (Exception refusal)
        {
            // A refusal by the contract, or a resource that cannot be encoded: the fault is this write's alone.
            sizes.RemoveRange(known, sizes.Count - known);
            pending.Refusal = refusal;
            return null;
        }
    }

    private void Confirm(StoreState state, List<StoredChange> changes, List<byte[]>? bodies, List<int> sizes)
    {
        for (var i = 0; i < changes.Count; i++)
        {
            _live.Apply(changes[i], sizes[i]);
            _unreadable.Remove(changes[i].Change.Key);
        }

        foreach (var body in bodies ?? [])
        {
            _compaction!.Add(body);
        }

        _table.Publish(state, changes);
        if (_trouble is not null)
        {
            _trouble = null;
            _logger.LogInformation("{Folder}: writes are taken again", _folder.Path);
        }

        Remember();
    }

    private void Fail(List<PendingWrite> batch, Exception fault)
    {
        if (_trouble is null)
        {
            _logger.LogError(fault, "{Folder}: cannot be written; writes are refused until it can be", _folder.Path);
        }

        _trouble = fault.Message;
        _segment.Abandon();
        foreach (var pending in batch)
        {
            pending.TrySetException(new StoreUnavailableException($"the store cannot be written: {fault.Message}", fault));
        }

        // What still waits is answered too: each would meet the same fault.
        while (batch.Count == 0 && _waiting.Reader.TryRead(out var pending))
        {
            pending?.TrySetException(new StoreUnavailableException($"the store cannot be written: {fault.Message}", fault));
        }
    }

    private void Remember()
    {
        try
        {
            StoreFiles.WriteConfirmed(_confirmed, _segment.Generation, _segment.ConfirmedSequence, _turn++);
        }
        catch (IOException fault)
        {
            _logger.LogDebug(fault, "The mark of confirmed records was not written; it only helps to find damage");
        }
    }

    private void CompactIfWorthIt()
    {
        var length = _segment.ConfirmedTail;
        var isOutdated = length >= _live.Total * 2 || _foreignBytes >= _live.Total / 2;
        if (_compaction is not null || _successor is not null || _trouble is not null || length < _compactAt || !isOutdated)
        {
            return;
        }

        var (existing, revision) = _table.CopyExisting();
        _logger.LogInformation("{Folder}: rewriting the log, {Live} of {Length} bytes are live", _folder.Path, _live.Total, length);
        _header = _header with { Generation = _segment.Generation + 1, Revision = revision };
        _compaction = new Compaction(
            _folder, _header, existing, new Dictionary<ResourceKey, byte[]>(_unreadable), _codec, () => _waiting.Writer.TryWrite(null));
    }

    private async Task SwitchAsync(Compaction compaction)
    {
        try
        {
            _successor = await compaction.FinishAsync().ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            _compactAt = _segment.ConfirmedTail * 2;
            _logger.LogWarning(fault, "{Folder}: the log was not rewritten; it stays as it is", _folder.Path);
            return;
        }

        try
        {
            EndSwitch();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            _logger.LogError(fault, "{Folder}: the rewritten log cannot be taken into use; writes are refused until it can be", _folder.Path);
            _trouble = fault.Message;
        }
    }

    /// <summary>
    /// Makes the rewritten log the one in use. Where that fails and the old one is in use for sure, that stays so; else nobody knows which of both a crash
    /// would leave in use, so nothing is written to either until it has succeeded.
    /// </summary>
    private void EndSwitch()
    {
        if (_successor is null)
        {
            return;
        }

        try
        {
            StoreFiles.WriteCurrent(_folder, _successor.Generation);
        }
        catch (IOException fault) when (!StoreFiles.MayBeCurrent(_folder, _successor.Generation))
        {
            // On a full disk it has the room that the next write needs.
            _logger.LogWarning(fault, "{Folder}: the rewritten log cannot be taken into use; the log stays as it is", _folder.Path);
            _successor.Dispose();
            StoreFiles.TryDelete(_folder, _successor.Generation);
            _successor = null;
            _compactAt = _segment.ConfirmedTail * 2;
            return;
        }

        var old = _segment;
        _segment = _successor;
        _successor = null;
        _compactAt = Math.Max(_options.CompactionMinimumBytes, _segment.ConfirmedTail * 2);
        _foreignBytes = 0;
        Remember();
        old.Dispose();
        try
        {
            _folder.Delete(StoreFiles.LogName(old.Generation));
        }
        catch (IOException fault)
        {
            _logger.LogWarning(fault, "{Folder}: the old log stays until the next start", _folder.Path);
        }

        _logger.LogInformation("{Folder}: rewrote the log, {Length} bytes now", _folder.Path, _segment.ConfirmedTail);
    }
}
