using System.Collections.Concurrent;

namespace Mesh.Stores.Embedded.Log;

/// <summary>One whole entry of a log.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Author">Mark of the program that encoded it; 0: none that is known.</param>
/// <param name="Position">Where it begins in the file, in bytes.</param>
/// <param name="Body">Its body, joined from all its records; valid as long as its page is not disposed of.</param>
internal readonly record struct LogEntry(RecordKind Kind, ushort Author, long Position, ReadOnlyMemory<byte> Body);

/// <summary>The entries that end on one page of a log. Who has it disposes of it when the entries are not needed any more, and then has it no longer.</summary>
internal sealed class LogPage : IDisposable
{
    private readonly ConcurrentBag<LogPage> _pool;

    private LogPage(ConcurrentBag<LogPage> pool) => _pool = pool;

    /// <summary>Bytes of the page.</summary>
    public byte[] Bytes { get; } = GC.AllocateUninitializedArray<byte>(LogFormat.PageBytes);

    /// <summary>The entries, in order.</summary>
    public List<LogEntry> Entries { get; } = [];

    /// <summary>A page without entries, whose bytes are to be read.</summary>
    /// <param name="pool">
    /// Where it comes from and goes back to. Of one reader, not of the process: there may be secrets in pages, and clearing all that was read
    /// takes as long as reading it.
    /// </param>
    public static LogPage Of(ConcurrentBag<LogPage> pool) => pool.TryTake(out var page) ? page : new LogPage(pool);

    /// <inheritdoc/>
    public void Dispose()
    {
        Entries.Clear();
        _pool.Add(this);
    }
}
