using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using Mesh.Stores.Embedded.Storage;

namespace Mesh.Stores.Embedded.Log;

/// <summary>What was found in a log.</summary>
/// <param name="Tail">Where it ends.</param>
/// <param name="Sequence">Number of its last record; -1: none.</param>
/// <param name="CutBytes">Bytes behind its end that were no whole entry: a write that a crash cut off.</param>
internal readonly record struct LogContent(long Tail, long Sequence, long CutBytes);

/// <summary>
/// Reads a log from its beginning. What is broken at the end and was never confirmed is cut; what is broken and was
/// confirmed (a later record or the mark says so) is damage, and refused with its position.
/// </summary>
/// <param name="file">The log.</param>
/// <param name="path">Where it is, for messages.</param>
/// <param name="markedSequence">The last record that is known to have been confirmed; -1: unknown.</param>
/// <param name="handler">Takes each page, in order, and then owns it.</param>
internal sealed class LogReader(IStorageFile file, string path, long markedSequence, Action<LogPage> handler)
{
    private readonly ArrayBufferWriter<byte> _entry = new();
    private readonly ConcurrentBag<LogPage> _pool = [];
    private byte[] _page = [];
    private long _expected;
    private long _entryPosition = LogFormat.Begin;
    private long _entrySequence;
    private ushort _entryAuthor;

    /// <summary>Reads all of it.</summary>
    /// <exception cref="StoreDamagedException">A confirmed record is broken.</exception>
    public LogContent Read()
    {
        var tail = LogFormat.Begin;
        for (var start = 0L; start < file.Length; start += LogFormat.PageBytes)
        {
            var expected = _expected;
            var page = LogPage.Of(_pool);
            _page = page.Bytes;
            var end = ReadPage(page, start, file.Read(start, _page), out var isWhole);
            handler(page);
            if (_expected == expected && start > 0)
            {
                // Nothing of the log is on this page.
                break;
            }

            tail = end;
            if (!isWhole)
            {
                break;
            }
        }

        using var scratch = LogPage.Of(_pool);
        _page = scratch.Bytes;
        var rest = file.Length - tail;
        if (rest > 0 || markedSequence >= _expected)
        {
            RefuseIfConfirmed(tail);
        }

        if (_entry.WrittenCount > 0)
        {
            // The last entry lacks records: all of it goes.
            return new LogContent(_entryPosition, _entrySequence - 1, file.Length - _entryPosition);
        }

        return new LogContent(tail, _expected - 1, HasBytes(tail) ? file.Length - tail : 0);
    }

    /// <summary>Reads the records of a page.</summary>
    /// <returns>Where they end.</returns>
    private long ReadPage(LogPage page, long start, int count, out bool isWhole)
    {
        var at = start == 0 ? (int)LogFormat.Begin : 0;
        while (at + LogFormat.LengthBytes <= count)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(_page.AsSpan(at));
            if (length == 0)
            {
                isWhole = true;
                return start + at;
            }

            if (!TryReadAt(at, count, length, out var record) || record.Sequence != _expected)
            {
                isWhole = false;
                return start + at;
            }

            Take(page, record, start + at, _page.AsMemory(at + LogFormat.LengthBytes + LogFormat.HeaderBytes, length - LogFormat.HeaderBytes));
            at += LogFormat.Framed(length);
        }

        isWhole = true;
        return start + at;
    }

    private void Take(LogPage page, in LogRecord record, long position, ReadOnlyMemory<byte> body)
    {
        if (_entry.WrittenCount == 0)
        {
            _entryPosition = position;
            _entrySequence = record.Sequence;
            _entryAuthor = record.Author;
        }

        _expected++;
        if (record.Continues || _entry.WrittenCount > 0)
        {
            _entry.Write(body.Span);
        }

        if (record.Continues)
        {
            return;
        }

        page.Entries.Add(new LogEntry(record.Kind, _entryAuthor, _entryPosition, _entry.WrittenCount > 0 ? _entry.WrittenSpan.ToArray() : body));
        _entry.ResetWrittenCount();
    }

    private bool TryReadAt(int at, int count, int length, out LogRecord record)
    {
        record = default;
        return length > 0
            && at + LogFormat.LengthBytes <= count - length
            && LogFormat.TryRead(_page.AsSpan(at + LogFormat.LengthBytes, length), out record);
    }

    /// <summary>Looks for proof that the record which should be at a position was once on disk.</summary>
    private void RefuseIfConfirmed(long position)
    {
        if (markedSequence >= _expected)
        {
            throw new StoreDamagedException(path, position, $"record {_expected} was confirmed and is missing or broken");
        }

        for (var start = position / LogFormat.PageBytes * LogFormat.PageBytes; start < file.Length; start += LogFormat.PageBytes)
        {
            var count = file.Read(start, _page);
            var at = (int)Math.Max(position - start, 0);
            while (true)
            {
                var next = _page.AsSpan(at, count - at).IndexOf(LogFormat.Magic);
                if (next < 0)
                {
                    break;
                }

                at += next + 1;
                var frame = at - 1 - LogFormat.LengthBytes;
                if (frame >= 0
                    && TryReadAt(frame, count, BinaryPrimitives.ReadInt32LittleEndian(_page.AsSpan(frame)), out var record)
                    && record.Durable >= _expected)
                {
                    throw new StoreDamagedException(
                        path, position, $"record {_expected} is missing or broken, and record {record.Sequence} at {start + frame} says that it was confirmed");
                }
            }
        }
    }

    private bool HasBytes(long position)
    {
        for (var at = position; at < file.Length; at += LogFormat.PageBytes)
        {
            var count = file.Read(at, _page);
            if (_page.AsSpan(0, count).ContainsAnyExcept((byte)0))
            {
                return true;
            }
        }

        return false;
    }
}
