namespace Mesh.Engine.Feeds;

/// <summary>Sizes of a feed at one moment.</summary>
/// <param name="Resources">Resources of all types.</param>
/// <param name="Tombstones">Removed names that a reader has not passed yet.</param>
/// <param name="Readers">Open readers.</param>
/// <param name="Sequence">Number of changes since the start.</param>
public readonly record struct FeedCounts(int Resources, int Tombstones, int Readers, long Sequence);
