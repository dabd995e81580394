namespace Mesh.Zone.Compile;

/// <summary>
/// Something that is made by the first who needs it, while others who need the same wait, and is freed by the last. Safe for concurrent use.
/// </summary>
internal abstract class UsedOutput
{
    private readonly Lock _lock = new();
    private bool _isMade;
    private int _users;
    private bool _isDead;

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
                Make();
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
            Free();
            return true;
        }
    }

    /// <summary>Makes it, once.</summary>
    private protected abstract void Make();

    /// <summary>Frees what was made, once.</summary>
    private protected abstract void Free();
}
