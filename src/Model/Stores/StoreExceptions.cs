using Mesh.Model.Resources;

namespace Mesh.Model.Stores;

/// <summary>A write that a store refuses; nothing was changed.</summary>
public abstract class StoreException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A resource of this key already exists.</summary>
public sealed class ResourceExistsException(ResourceKey key) : StoreException($"{key} already exists")
{
    /// <summary>The key in use.</summary>
    public ResourceKey Key { get; } = key;
}

/// <summary>There is no resource of this key.</summary>
public sealed class ResourceNotFoundException(ResourceKey key) : StoreException($"{key} not found")
{
    /// <summary>The key that is not there.</summary>
    public ResourceKey Key { get; } = key;
}

/// <summary>Someone else wrote the resource since it was read.</summary>
public sealed class ResourceConflictException(ResourceKey key, long expected, long actual)
    : StoreException($"{key} has version {actual}, not {expected}")
{
    /// <summary>The resource in conflict.</summary>
    public ResourceKey Key { get; } = key;
}

/// <summary>The owner of a new resource does not exist.</summary>
public sealed class ResourceOwnerMissingException(ResourceKey key, ResourceKey owner)
    : StoreException($"{key} cannot be created: its owner {owner} does not exist")
{
    /// <summary>The missing owner.</summary>
    public ResourceKey Owner { get; } = owner;
}

/// <summary>A watch asked for changes since a revision that the store no longer remembers.</summary>
public sealed class RevisionCompactedException(long asked, long oldest)
    : StoreException($"changes since revision {asked} are no longer known; the oldest known is {oldest}")
{
    /// <summary>Oldest revision from which a watch can resume.</summary>
    public long Oldest { get; } = oldest;
}

/// <summary>The store cannot take writes now (disk full, closed); reads may still work.</summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : StoreException(message, inner);
