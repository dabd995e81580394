using Mesh.Model.Resources;
using Mesh.Model.Stores;

namespace Mesh.Stores.Embedded.Records;

/// <summary>One change as it was read from the log.</summary>
/// <param name="Kind">Put or deleted.</param>
/// <param name="Key">What changed.</param>
/// <param name="Revision">Number of the change.</param>
/// <param name="Resource">The resource put; null for a deletion, and when this process cannot read it.</param>
/// <param name="Fault">Why it cannot be read, or null.</param>
internal readonly record struct ChangeRecord(ChangeKind Kind, ResourceKey Key, long Revision, Resource? Resource, string? Fault);
