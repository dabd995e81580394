using System.Buffers;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Stores.Embedded.Log;
using Mesh.Stores.Embedded.Records;
using Mesh.Stores.Embedded.Storage;

namespace Mesh.Stores.Embedded;

/// <summary>
/// Writes what exists to a new log, beside the writer. The writer hands over what it wrote meanwhile, and makes the new
/// log the one in use; until then a crash leaves the old one as it was.
/// </summary>
internal sealed class Compaction
{
    private const int EntryBytes = LogFormat.MaxBodyBytes;

    private readonly IStorageFolder _folder;
    private readonly LogHeader _header;
    private readonly ushort _author;
    private readonly List<byte[]> _meanwhile = [];
    private readonly Task<LogSegment> _writing;

    /// <summary>Begins it.</summary>
    /// <param name="folder">Where the logs are.</param>
    /// <param name="header">Header of the new log.</param>
    /// <param name="existing">Everything that exists, in order of revision.</param>
    /// <param name="unreadable">Changes that this version cannot read, as they were.</param>
    /// <param name="codec">Writes changes.</param>
    /// <param name="done">Called when the new log has been written, or could not be.</param>
    public Compaction(
        IStorageFolder folder,
        in LogHeader header,
        IReadOnlyList<Resource> existing,
        IReadOnlyDictionary<ResourceKey, byte[]> unreadable,
        ChangeCodec codec,
        Action done)
    {
        _folder = folder;
        _header = header;
        _author = codec.Author;
        _writing = Task.Run(() => Write(existing, [.. unreadable.Values], codec));
        _ = _writing.ContinueWith(_ => done(), TaskScheduler.Default);
    }

    /// <summary>True when <see cref="FinishAsync"/> does not wait.</summary>
    public bool IsReady => _writing.IsCompleted;

    /// <summary>Number of the new log.</summary>
    public int Generation => _header.Generation;

    /// <summary>Remembers an entry that was confirmed in the old log.</summary>
    public void Add(byte[] body) => _meanwhile.Add(body);

    /// <summary>Completes the new log with what was written meanwhile.</summary>
    /// <exception cref="IOException">It cannot be written; the old log stays in use.</exception>
    public async Task<LogSegment> FinishAsync()
    {
        LogSegment? segment = null;
        try
        {
            segment = await _writing.ConfigureAwait(false);
            foreach (var body in _meanwhile)
            {
                segment.Append(RecordKind.Changes, body, _author);
            }

            segment.Commit();
            _folder.Sync();
            return segment;
        }
        catch
        {
            segment?.Dispose();
            _folder.Delete(StoreFiles.LogName(Generation));
            throw;
        }
    }

    private LogSegment Write(IReadOnlyList<Resource> existing, IReadOnlyList<byte[]> unreadable, ChangeCodec codec)
    {
        LogSegment? segment = null;
        try
        {
            segment = LogSegment.Begin(_folder.Open(StoreFiles.LogName(Generation)), _header);
            var body = new ArrayBufferWriter<byte>();
            foreach (var resource in existing)
            {
                codec.Write(body, new ResourceChange(ChangeKind.Put, resource.Key, resource, resource.Revision));
                AppendIfFull(segment, body, EntryBytes / 2, _author);
            }

            AppendIfFull(segment, body, 1, _author);
            foreach (var raw in unreadable)
            {
                body.Write(raw);
                AppendIfFull(segment, body, EntryBytes / 2, author: 0);
            }

            AppendIfFull(segment, body, 1, author: 0);
            segment.Commit();
            return segment;
        }
        catch
        {
            segment?.Dispose();
            throw;
        }
    }

    private static void AppendIfFull(LogSegment segment, ArrayBufferWriter<byte> body, int enough, ushort author)
    {
        if (body.WrittenCount >= enough)
        {
            segment.Append(RecordKind.Snapshot, body.WrittenSpan, author);
            body.ResetWrittenCount();
        }
    }
}
