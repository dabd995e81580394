using Mesh.Engine;
using Mesh.Engine.Snapshots;
using Mesh.Zone.Plan;

namespace Mesh.Zone.Compile;

/// <summary>
/// What came of outbounds that many proxies have in common: compiled and put together by the first that needs it, while
/// others that need the same wait and those that need something else go on. Safe for concurrent use.
/// </summary>
internal sealed class SharedOutput(OutboundSet outbounds, CompileCache cache, ResourceEngine engine)
{
    private readonly Lock _lock = new();
    private readonly PartList _parts = new(cache);
    private ProxySnapshot? _snapshot;
    private int _users;
    private bool _isDead;

    /// <summary>What it was made of.</summary>
    internal OutboundSet Outbounds { get; } = outbounds;

    /// <summary>The resources, to begin a proxy's snapshot with; valid while the output is in use.</summary>
    internal ProxySnapshot Snapshot => _snapshot!;

    /// <summary>What could not be compiled.</summary>
    internal IReadOnlyList<PlanFault> Faults => _parts.Faults;

    /// <summary>Adds a user, for whom it is complete on return. False: its last user left meanwhile.</summary>
    internal bool TryUse()
    {
        lock (_lock)
        {
            if (_isDead)
            {
                return false;
            }

            if (_snapshot is null)
            {
                Make();
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
            _snapshot!.Dispose();
            _parts.Clear();
            return true;
        }
    }

    private void Make()
    {
        _parts.Take(Outbounds.Parts);
        using var builder = engine.BeginSnapshot();
        _parts.AddTo(builder);
        _snapshot = builder.Build();
    }
}
