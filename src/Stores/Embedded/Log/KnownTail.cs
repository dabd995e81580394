using FASTER.core;

namespace Mesh.Stores.Embedded.Log;

/// <summary>
/// Tells FASTER where its log ends. The log's own records say that (<see cref="LogReader"/>), so FASTER's commit
/// metadata is made up when it asks and not kept when it commits.
/// </summary>
internal sealed class KnownTail(long begin, long tail) : ILogCommitManager
{
    private const long Number = 1;

    /// <inheritdoc/>
    public void Commit(long beginAddress, long untilAddress, byte[] commitMetadata, long commitNum, bool forceWriteMetadata)
    {
    }

    /// <inheritdoc/>
    public byte[] GetCommitMetadata(long commitNum) =>
        new FasterLogRecoveryInfo { BeginAddress = begin, UntilAddress = tail, CommitNum = Number }.ToByteArray();

    /// <inheritdoc/>
    public IEnumerable<long> ListCommits() => [Number];

    /// <inheritdoc/>
    public void RemoveCommit(long commitNum)
    {
    }

    /// <inheritdoc/>
    public void RemoveAllCommits()
    {
    }

    /// <inheritdoc/>
    public void OnRecovery(long commitNum)
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
