using Mesh.Engine.Content;
using Mesh.Engine.Symbols;

namespace Mesh.Engine.Snapshots;

/// <summary>One resource of a slice.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Resource">The resource.</param>
public readonly record struct SliceEntry(Symbol Name, ResourceRef Resource);
