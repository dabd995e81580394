using Mesh.Model.Resources;
using Mesh.Model.Stores;

namespace Mesh.Stores.Embedded;

/// <summary>How many bytes of a log still mean something.</summary>
internal sealed class LiveBytes
{
    private readonly Dictionary<ResourceKey, int> _sizes = [];

    /// <summary>All of them.</summary>
    public long Total { get; private set; }

    /// <summary>A resource was written.</summary>
    public void Put(ResourceKey key, int bytes)
    {
        Remove(key);
        _sizes[key] = bytes;
        Total += bytes;
    }

    /// <summary>A resource was deleted.</summary>
    public void Remove(ResourceKey key)
    {
        if (_sizes.Remove(key, out var bytes))
        {
            Total -= bytes;
        }
    }

    /// <summary>A change was written.</summary>
    public void Apply(in ResourceChange change, int bytes)
    {
        if (change.Kind == ChangeKind.Put)
        {
            Put(change.Key, bytes);
        }
        else
        {
            Remove(change.Key);
        }
    }
}
