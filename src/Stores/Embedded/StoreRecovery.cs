using Mesh.Stores.Embedded.Log;
using Mesh.Stores.Embedded.Records;
using Mesh.Stores.Embedded.Storage;
using Microsoft.Extensions.Logging;

namespace Mesh.Stores.Embedded;

/// <summary>An opened store: what was read, and the log to go on with.</summary>
internal sealed record OpenedStore(RecoveredStore Content, LogSegment Segment, IStorageFile Confirmed, LogHeader Header);

/// <summary>Starts a store from its folder: begins a new one, or reads the old, cuts what was never confirmed, and says what it did.</summary>
internal static class StoreRecovery
{
    private const int FirstGeneration = 1;

    /// <summary>Opens the store of a folder.</summary>
    /// <exception cref="StoreDamagedException">A file is damaged.</exception>
    /// <exception cref="IOException">The folder cannot be read or written.</exception>
    public static OpenedStore Open(IStorageFolder folder, ChangeCodec codec, ILogger logger)
    {
        var current = StoreFiles.ReadCurrent(folder);
        var generation = current ?? FirstGeneration;
        if (current is null)
        {
            RefuseOrphans(folder);
        }

        RemoveStrayLogs(folder, current, logger);
        var confirmed = folder.Open(StoreFiles.Confirmed);
        var opened = current is null ? Create(folder, codec, confirmed, logger) : Continue(folder, generation, codec, confirmed, logger);
        StoreFiles.WriteConfirmed(confirmed, opened.Header.Generation, opened.Segment.ConfirmedSequence, turn: 0);
        return opened;
    }

    private static OpenedStore Create(IStorageFolder folder, ChangeCodec codec, IStorageFile confirmed, ILogger logger)
    {
        var header = new LogHeader(Guid.NewGuid(), FirstGeneration, Revision: 0);
        var name = StoreFiles.LogName(FirstGeneration);
        var segment = LogSegment.Begin(folder.Open(name), header);
        segment.Commit();
        folder.Sync();
        StoreFiles.WriteCurrent(folder, FirstGeneration);
        logger.LogInformation("New store {StoreId} in {Folder}", header.StoreId, folder.Path);
        return new OpenedStore(new RecoveredStore(codec, name, 0), segment, confirmed, header);
    }

    private static OpenedStore Continue(IStorageFolder folder, int generation, ChangeCodec codec, IStorageFile confirmed, ILogger logger)
    {
        var name = StoreFiles.LogName(generation);
        var path = Path.Combine(folder.Path, name);
        if (!folder.List().Contains(name))
        {
            throw new StoreDamagedException(path, 0, "it is missing");
        }

        var file = folder.Open(name);
        var content = new RecoveredStore(codec, path, file.Length);
        var read = new LogReader(file, path, StoreFiles.ReadConfirmed(confirmed, generation), content.Take).Read();
        content.Complete();
        if (content.Header is not { } header || header.Generation != generation)
        {
            throw new StoreDamagedException(path, LogFormat.Begin, "its header is missing or of another log");
        }

        if (read.CutBytes > 0)
        {
            logger.LogWarning(
                "{File}: the last {Bytes} bytes, from {Position}, were a write that was never confirmed; they were cut off",
                path, read.CutBytes, read.Tail);
        }

        foreach (var fault in content.Faults)
        {
            logger.LogError("{File}: kept, but not shown: {Fault}", path, fault);
        }

        logger.LogInformation(
            "Store {StoreId} in {Folder}: revision {Revision} from {Records} records, {Bytes} bytes",
            header.StoreId, folder.Path, content.State.Revision, read.Sequence + 1, read.Tail);
        return new OpenedStore(content, LogSegment.Continue(file, generation, read), confirmed, header);
    }

    /// <summary>Without CURRENT there may be the first log of a store that was not begun completely, and nothing else.</summary>
    internal static void RefuseOrphans(IStorageFolder folder)
    {
        foreach (var name in StoreFiles.Logs(folder))
        {
            var path = Path.Combine(folder.Path, name);
            using var file = folder.Open(name);
            var content = new LogReader(file, path, -1, page => page.Dispose()).Read();
            if (name != StoreFiles.LogName(FirstGeneration) || content.Sequence > 0)
            {
                throw new StoreDamagedException(
                    Path.Combine(folder.Path, StoreFiles.Current), 0, $"it is missing, and {name} holds {content.Sequence + 1} records");
            }
        }
    }

    private static void RemoveStrayLogs(IStorageFolder folder, int? current, ILogger logger)
    {
        foreach (var name in StoreFiles.Logs(folder).Where(name => current is null || name != StoreFiles.LogName(current.Value)))
        {
            folder.Delete(name);
            logger.LogInformation("{File}: removed, the rest of a rewriting that did not end", Path.Combine(folder.Path, name));
        }
    }
}
