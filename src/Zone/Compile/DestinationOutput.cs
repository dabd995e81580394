using Mesh.Engine.Snapshots;
using Mesh.Zone.Plan;

namespace Mesh.Zone.Compile;

/// <summary>
/// What came of one planned destination, for all sets of outbounds that have it: compiled by the first that needs it. Safe for
/// concurrent use.
/// </summary>
internal sealed class DestinationOutput(OutboundParts planned, CompileCache cache)
{
    private readonly Lock _lock = new();
    private readonly PartList _parts = new(cache);
    private bool _isMade;
    private int _users;
    private bool _isDead;

    /// <summary>What it was made of.</summary>
    internal OutboundParts Planned => planned;

    /// <summary>What could not be compiled.</summary>
    internal IReadOnlyList<PlanFault> Faults => _parts.Faults;

    /// <summary>Adds its resources to a snapshot.</summary>
    internal void AddTo(SnapshotBuilder builder) => _parts.AddTo(builder);

    /// <summary>Adds a user, for whom it is complete on return. False: its last user left meanwhile.</summary>
    internal bool TryUse()
    {
        lock (_lock)
        {
            if (_isDead)
            {
                return false;
            }

            if (!_isMade)
            {
                _parts.Take(planned.Parts);
                _isMade = true;
            }

            _users++;
            return true;
        }
    }

    /// <summary>Takes a user away. True: it was the last one, and everything is freed.</summary>
    internal bool Leave()
    {
        lock (_lock)
        {
            if (--_users > 0)
            {
                return false;
            }

            _isDead = true;
            _parts.Clear();
            return true;
        }
    }
}
