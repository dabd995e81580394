using Mesh.Model.Resources;

namespace Mesh.Sync.Following;

/// <summary>Makes a set of resources one that has each key once and is asked by key, without keeping keys beside the resources.</summary>
public sealed class ResourceByKey : IEqualityComparer<Resource>, IAlternateEqualityComparer<ResourceKey, Resource>
{
    private ResourceByKey()
    {
    }

    /// <summary>The one there is.</summary>
    public static ResourceByKey Instance { get; } = new();

    /// <inheritdoc/>
    public bool Equals(Resource? x, Resource? y) => ReferenceEquals(x, y) || (x is not null && y is not null && x.Key == y.Key);

    /// <inheritdoc/>
    public bool Equals(ResourceKey alternate, Resource other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return other.Key == alternate;
    }

    /// <inheritdoc/>
    public int GetHashCode(Resource obj)
    {
        ArgumentNullException.ThrowIfNull(obj);
        return obj.Key.GetHashCode();
    }

    /// <inheritdoc/>
    public int GetHashCode(ResourceKey alternate) => alternate.GetHashCode();

    /// <inheritdoc/>
    Resource IAlternateEqualityComparer<ResourceKey, Resource>.Create(ResourceKey alternate) =>
        throw new NotSupportedException("a key is no resource");
}
