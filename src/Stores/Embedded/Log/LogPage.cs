using System.Collections.Concurrent;

namespace Mesh.Stores.Embedded.Log;

/// <summary>One whole entry of a log.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Author">Mark of the program that encoded it; 0: none that is known.</param>
/// <param name="Position">Where it begins in the file, in bytes.</param>
/// <param name="Body">Its body, joined from all its records; valid as long as its page is not disposed of.</param>
internal readonly record struct LogEntry(RecordKind Kind, ushort Author, long Position, ReadOnlyMemory<byte> Body);

/// <summary>The entries that end on one page of a log. Who has it disposes of it when the entries are not needed any more.</summary>
/// <param name="pool">
/// Where its bytes come from and go back to. Of one reader, not of the process: there may be secrets in them, and clearing all that was read
/// takes as long as reading it.
/// </param>
internal sealed class LogPage(ConcurrentBag<byte[]> pool) : IDisposable
{
    private byte[]? _bytes = pool.TryTake(out var bytes) ? bytes : GC.AllocateUninitializedArray<byte>(LogFormat.PageBytes);

    /// <summary>Bytes of the page.</summary>
    public byte[] Bytes => _bytes ?? throw new ObjectDisposedException(nameof(LogPage));

    /// <summary>The entries, in order.</summary>
    public List<LogEntry> Entries { get; } = [];

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_bytes is { } bytes)
        {
            _bytes = null;
            pool.Add(bytes);
        }
    }
}
