namespace Mesh.Model.Resources;

/// <summary>What identifies a resource in a store: kind, mesh (empty for global kinds) and name.</summary>
/// <param name="Kind">Kind as in <c>type:</c>, e.g. <c>MeshTimeout</c>.</param>
/// <param name="Mesh">Mesh name; empty for kinds of global scope.</param>
/// <param name="Name">Name, unique within kind and mesh.</param>
public readonly record struct ResourceKey(string Kind, string Mesh, string Name) : IComparable<ResourceKey>
{
    /// <summary>Order of lists: mesh, then name, then kind, ordinal.</summary>
    public int CompareTo(ResourceKey other)
    {
        var order = string.CompareOrdinal(Mesh, other.Mesh);
        if (order != 0)
        {
            return order;
        }

        order = string.CompareOrdinal(Name, other.Name);
        return order != 0 ? order : string.CompareOrdinal(Kind, other.Kind);
    }

    public static bool operator <(ResourceKey left, ResourceKey right) => left.CompareTo(right) < 0;

    public static bool operator <=(ResourceKey left, ResourceKey right) => left.CompareTo(right) <= 0;

    public static bool operator >(ResourceKey left, ResourceKey right) => left.CompareTo(right) > 0;

    public static bool operator >=(ResourceKey left, ResourceKey right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public override string ToString() => Mesh.Length == 0 ? $"{Kind}/{Name}" : $"{Kind}/{Mesh}/{Name}";
}
