namespace Mesh.Zone.Plan;

/// <summary>
/// A part of a proxy's configuration that is compiled on its own. It is the only input of its compilation and the key by
/// which the result is shared, so it holds everything that shapes the result, and nothing else. Value equality.
/// </summary>
public abstract record SubPlan
{
    // Not part of the value: the base compares types alone.
    private int _hash;

    /// <summary>A sub-plan.</summary>
    protected SubPlan()
    {
    }

    /// <summary>A copy, of which something may be changed: it has its own hash code.</summary>
    protected SubPlan(SubPlan original)
    {
    }

    /// <summary>What a user calls it: the name of its listener or cluster.</summary>
    public abstract string Title { get; }

    /// <summary>The hash code, computed once: sub-plans are looked up again on every plan of every proxy that has them.</summary>
    internal int Hash => _hash != 0 ? _hash : _hash = GetHashCode() is var hash && hash == 0 ? 1 : hash;

    /// <inheritdoc/>
    public virtual bool Equals(SubPlan? other) => other is not null && EqualityContract == other.EqualityContract;

    /// <inheritdoc/>
    public override int GetHashCode() => EqualityContract.GetHashCode();
}
