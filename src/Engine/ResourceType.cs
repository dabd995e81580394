namespace Mesh.Engine;

/// <summary>
/// One resource type of an engine as a small dense number: index of arrays that hold something per type.
/// Get it from <see cref="TypeTable.Register(string)"/>; numbers of different engines must not be mixed.
/// </summary>
/// <param name="Id">0 to <see cref="TypeTable.Capacity"/> - 1, in order of registration.</param>
public readonly record struct ResourceType(byte Id);
