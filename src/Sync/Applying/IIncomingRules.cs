using Mesh.Model.Resources;

namespace Mesh.Sync.Applying;

/// <summary>How one side takes what the other sends. Pure; called again when someone else wrote meanwhile.</summary>
public interface IIncomingRules
{
    /// <summary>Direction from which it comes.</summary>
    Rules.SyncDirection Direction { get; }

    /// <summary>What becomes of a resource.</summary>
    /// <param name="incoming">As the peer sent it.</param>
    /// <param name="stored">What is stored under its key, or null.</param>
    ApplyDecision Decide(Resource incoming, Resource? stored);

    /// <summary>Whether a stored resource came from this peer, so that the peer's word deletes it.</summary>
    bool IsOfPeer(Resource stored);

    /// <summary>A stored resource of the peer in the form in which the peer sent it, for its version.</summary>
    Resource AsSent(Resource stored);
}
