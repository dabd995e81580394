using Mesh.Sync.Wire;

namespace Mesh.Sync.Applying;

/// <summary>What became of one delivery.</summary>
public sealed record SyncResult
{
    private const int NamedFaults = 20;

    /// <summary>Everything was taken.</summary>
    public bool IsAccepted => Error is null;

    /// <summary>What to answer instead of an acknowledgement: each fault with the name of its resource; null: nothing is wrong. Holds no values of resources.</summary>
    public string? Error { get; init; }

    /// <summary>Resources that were not taken; all others were.</summary>
    public IReadOnlyList<SyncFault> Faults { get; init; } = [];

    /// <summary>Some were not taken because the store takes no writes now: they may be taken the next time.</summary>
    public bool IsUnavailable { get; init; }

    /// <summary>Resources created or replaced.</summary>
    public int Written { get; init; }

    /// <summary>Resources deleted.</summary>
    public int Deleted { get; init; }

    /// <summary>Resources that wait for their Mesh.</summary>
    public int Waiting { get; init; }

    /// <summary>The text for faults.</summary>
    internal static string? ErrorOf(IReadOnlyList<SyncFault> faults)
    {
        if (faults.Count == 0)
        {
            return null;
        }

        var named = string.Join("; ", faults.Take(NamedFaults));
        return faults.Count > NamedFaults ? $"{named}; and {faults.Count - NamedFaults} more" : named;
    }
}
