namespace Mesh.Engine.Content;

/// <summary>
/// One interned resource of an engine. Equal refs are equal bytes; different refs of one engine are different bytes.
/// Valid while somebody holds a reference: a snapshot, a slice or an <see cref="InternedResource"/>.
/// </summary>
/// <param name="Index">1 and up; 0 is no resource.</param>
public readonly record struct ResourceRef(int Index)
{
    /// <summary>No resource.</summary>
    public static ResourceRef None => default;

    /// <summary>Whether this is no resource.</summary>
    public bool IsNone => Index == 0;
}
