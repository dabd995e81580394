using Mesh.Engine.Persistence;

namespace Mesh.Stores.Manifests;

/// <summary>A manifest that is kept.</summary>
/// <param name="Manifest">The manifest.</param>
/// <param name="WrittenAt">When it was written, to the second.</param>
internal readonly record struct StoredManifest(SnapshotManifest Manifest, DateTimeOffset WrittenAt);
