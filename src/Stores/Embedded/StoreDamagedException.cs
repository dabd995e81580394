namespace Mesh.Stores.Embedded;

/// <summary>
/// A file of the store holds bytes that were once confirmed and are no longer what was written: the disk failed or
/// someone edited it. The store does not start; restore the data directory from a copy, or move it away to start empty.
/// </summary>
public sealed class StoreDamagedException(string file, long position, string reason)
    : Exception($"{file} is damaged at byte {position}: {reason}. The store was not started, and nothing was changed.")
{
    /// <summary>The file.</summary>
    public string File { get; } = file;

    /// <summary>Where the damage begins, in bytes.</summary>
    public long Position { get; } = position;

    /// <summary>What is wrong there.</summary>
    public string Reason { get; } = reason;
}
