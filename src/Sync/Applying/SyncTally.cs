using Mesh.Sync.Wire;

namespace Mesh.Sync.Applying;

/// <summary>Counts what became of a delivery.</summary>
internal sealed class SyncTally(IReadOnlyList<SyncFault> faults)
{
    private readonly List<SyncFault> _faults = [.. faults];

    public int Written { get; private set; }

    public int Deleted { get; set; }

    private bool IsUnavailable { get; set; }

    public void Add(WriteResult result, SyncFault? fault)
    {
        Written += result == WriteResult.Written ? 1 : 0;
        IsUnavailable |= result == WriteResult.Unavailable;
        if (fault is not null)
        {
            _faults.Add(fault);
        }
    }

    public SyncResult ToResult(int waiting) => new()
    {
        Error = SyncResult.ErrorOf(_faults),
        Faults = _faults,
        IsUnavailable = IsUnavailable,
        Written = Written,
        Deleted = Deleted,
        Waiting = waiting,
    };
}
