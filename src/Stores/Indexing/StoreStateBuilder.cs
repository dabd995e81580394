using System.Collections.Immutable;
using Mesh.Model.Resources;

namespace Mesh.Stores.Indexing;

/// <summary>
/// A state in the making, for one thread: a store that is read from its log changes it a million times before anybody looks at it,
/// and each immutable state in between would cost the path to the resource anew.
/// </summary>
internal sealed class StoreStateBuilder
{
    private readonly Dictionary<string, Dictionary<string, ImmutableSortedDictionary<string, Resource>.Builder>> _kinds = new(StringComparer.Ordinal);

    /// <summary>One resource, or null.</summary>
    public Resource? Find(ResourceKey key) =>
        _kinds.TryGetValue(key.Kind, out var meshes)
        && meshes.TryGetValue(key.Mesh, out var names)
        && names.TryGetValue(key.Name, out var resource)
            ? resource
            : null;

    /// <summary>Creates or replaces a resource.</summary>
    public void Put(Resource resource)
    {
        if (!_kinds.TryGetValue(resource.Kind, out var meshes))
        {
            _kinds.Add(resource.Kind, meshes = new(StringComparer.Ordinal));
        }

        if (!meshes.TryGetValue(resource.Mesh, out var names))
        {
            meshes.Add(resource.Mesh, names = ImmutableSortedDictionary.CreateBuilder<string, Resource>(StringComparer.Ordinal));
        }

        names[resource.Name] = resource;
    }

    /// <summary>Takes a resource out that is in it.</summary>
    public void Remove(ResourceKey key)
    {
        var names = _kinds[key.Kind][key.Mesh];
        names.Remove(key.Name);
        if (names.Count == 0)
        {
            _kinds[key.Kind].Remove(key.Mesh);
        }
    }

    /// <summary>The state.</summary>
    /// <param name="revision">Number of the last change.</param>
    public StoreState Build(long revision) =>
        StoreState.Of(_kinds.ToDictionary(kind => kind.Key, kind => kind.Value.Select(mesh => (mesh.Key, mesh.Value.ToImmutable()))), revision);
}
