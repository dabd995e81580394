namespace Mesh.Zone.Plan;

/// <summary>
/// A part of a proxy's configuration that is compiled on its own. It is the only input of its compilation and the key by
/// which the result is shared, so it holds everything that shapes the result, and nothing else. Value equality.
/// </summary>
public abstract record SubPlan
{
    /// <summary>What a user calls it: the name of its listener or cluster.</summary>
    public abstract string Title { get; }
}
