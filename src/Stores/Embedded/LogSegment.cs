using System.Buffers;
using Mesh.Stores.Embedded.Log;
using Mesh.Stores.Embedded.Records;
using Mesh.Stores.Embedded.Storage;

namespace Mesh.Stores.Embedded;

/// <summary>
/// The log file of one generation, open for writing: entries in, durable or not at all. After a fault it goes back to
/// the last confirmed record before it takes another. One writer at a time.
/// </summary>
internal sealed class LogSegment : IDisposable
{
    private readonly IStorageFile _file;
    private readonly byte[] _record = new byte[LogFormat.HeaderBytes + LogFormat.MaxBodyBytes];
    private FasterRecordLog? _log;
    private long _sequence;

    private LogSegment(IStorageFile file, int generation, long tail, long sequence)
    {
        _file = file;
        Generation = generation;
        ConfirmedTail = tail;
        ConfirmedSequence = sequence;
        Reopen();
    }

    /// <summary>Number of the log.</summary>
    public int Generation { get; }

    /// <summary>Where the confirmed records end, in bytes.</summary>
    public long ConfirmedTail { get; private set; }

    /// <summary>Number of the last confirmed record.</summary>
    public long ConfirmedSequence { get; private set; }

    /// <summary>Begins a new log.</summary>
    /// <param name="file">Belongs to the segment, and is closed where that cannot be.</param>
    /// <param name="header">What it begins with.</param>
    public static LogSegment Begin(IStorageFile file, in LogHeader header)
    {
        try
        {
            file.SetLength(0);
            var segment = new LogSegment(file, header.Generation, LogFormat.Begin, -1);
            var body = new ArrayBufferWriter<byte>();
            header.Write(body);
            segment.Append(RecordKind.Header, body.WrittenSpan);
            return segment;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Goes on with a log that was read; what lies behind its end is cut off.</summary>
    public static LogSegment Continue(IStorageFile file, int generation, in LogContent content) =>
        new(file, generation, content.Tail, content.Sequence);

    /// <summary>Adds an entry; not durable before <see cref="Commit"/>.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="body">Its bytes.</param>
    /// <param name="author">Mark of the program that encoded them; 0: none that is known.</param>
    public void Append(RecordKind kind, ReadOnlySpan<byte> body, ushort author = 0)
    {
        if (_log is null)
        {
            Reopen();
        }

        do
        {
            var part = body[..Math.Min(body.Length, LogFormat.MaxBodyBytes)];
            body = body[part.Length..];
            var length = LogFormat.Write(_record, kind, body.Length > 0, author, _sequence, ConfirmedSequence, part);
            _log!.Append(_record.AsSpan(0, length));
            _sequence++;
        }
        while (body.Length > 0);
    }

    /// <summary>Makes everything added durable.</summary>
    public void Commit()
    {
        _log!.Commit();
        ConfirmedTail = _log.Tail;
        ConfirmedSequence = _sequence - 1;
    }

    /// <summary>Forgets what was added since the last commit, and cuts it off, now or when it can. The next entry opens the log anew.</summary>
    public void Abandon()
    {
        _log?.Dispose();
        _log = null;
        try
        {
            Cut();
        }
        catch (IOException)
        {
            // The disk still fails: the next entry tries again, and is refused until it succeeds.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _log?.Dispose();
        _log = null;
        _file.Dispose();
    }

    private void Reopen()
    {
        Cut();
        _log = new FasterRecordLog(_file, ConfirmedTail);
        _sequence = ConfirmedSequence + 1;
    }

    /// <summary>What lies behind was never confirmed, and must not come back when it happens to fit.</summary>
    private void Cut()
    {
        if (_file.Length > ConfirmedTail)
        {
            _file.SetLength(ConfirmedTail);
            _file.Sync();
        }
    }
}
