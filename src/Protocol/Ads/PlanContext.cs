using Mesh.Engine;
using Mesh.Engine.Snapshots;

namespace Mesh.Protocol.Ads;

/// <summary>What a planner may do now and needs to know beside its channel.</summary>
internal readonly ref struct PlanContext
{
    public required ResourceEngine Engine { get; init; }

    public required AdsOptions Options { get; init; }

    public required IAdsStreamOwner Owner { get; init; }

    public required ClientNode Node { get; init; }

    public required long Now { get; init; }

    /// <summary>The clusters the client is to have: a cluster without load assignment gets an empty one.</summary>
    public required ResourceSlice? Clusters { get; init; }

    /// <summary>Whether changes may be sent; else only what the client asked for.</summary>
    public required bool MaySendChanges { get; init; }

    /// <summary>Whether removals that waited may be sent.</summary>
    public required bool MayRemove { get; init; }

    /// <summary>Whether the protocol names what is gone; state of the world does not.</summary>
    public required bool SaysRemovals { get; init; }
}
