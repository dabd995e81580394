using Mesh.Model.Resources;

namespace Mesh.Sync.Applying;

/// <summary>What one response of a peer brings, read.</summary>
public sealed record SyncDelivery
{
    /// <summary>Kind of everything in it.</summary>
    public required ResourceDescriptor Kind { get; init; }

    /// <summary>New and changed resources that could be read.</summary>
    public IReadOnlyList<Resource> Resources { get; init; } = [];

    /// <summary>Keys that the peer named although their resources could not be read: they are not gone.</summary>
    public IReadOnlyList<ResourceKey> Unreadable { get; init; } = [];

    /// <summary>Keys that are gone.</summary>
    public IReadOnlyList<ResourceKey> Removed { get; init; } = [];

    /// <summary>What could not be read.</summary>
    public IReadOnlyList<Wire.SyncFault> Faults { get; init; } = [];

    /// <summary>It names everything there is: what is stored and not named is gone.</summary>
    public bool IsFullSet { get; init; }

    /// <summary>The first set goes on in the next delivery.</summary>
    public bool MoreFollows { get; init; }
}
