namespace Mesh.Sync.Applying;

/// <summary>Counts of one stream by kind. Safe for concurrent use.</summary>
public sealed class SyncLedger
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, SyncKindStatus> _kinds = new(StringComparer.Ordinal);

    /// <summary>The counts now, by kind.</summary>
    public IReadOnlyList<SyncKindStatus> Snapshot()
    {
        lock (_lock)
        {
            return [.. _kinds.Values];
        }
    }

    /// <summary>Counts a delivery that has ended.</summary>
    public void Record(string kind, string? error)
    {
        lock (_lock)
        {
            var old = _kinds.GetValueOrDefault(kind) ?? new SyncKindStatus(kind, 0, 0, 0, null);
            _kinds[kind] = old with
            {
                Received = old.Received + 1,
                Accepted = old.Accepted + (error is null ? 1 : 0),
                Rejected = old.Rejected + (error is null ? 0 : 1),
                LastError = error,
            };
        }
    }
}
