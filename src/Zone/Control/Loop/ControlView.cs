using System.Diagnostics.CodeAnalysis;
using Mesh.Model.Resources;

namespace Mesh.Zone.Control.Loop;

/// <summary>
/// What the store holds, as far as this process has heard, indexed for controllers. It changes only between rounds; during a
/// round any number of threads may read it.
/// </summary>
/// <param name="answersSelectors">
/// Keep what answers selectors over Dataplanes and MeshServices, and the resources of a mesh in order of their names; it costs as much as the resources.
/// Without it, for who only counts, they come in any order. Default true.
/// </param>
internal sealed class ControlView(bool answersSelectors = true)
{
    private static readonly SortedDictionary<string, Resource> _none = [];

    private readonly Dictionary<string, MeshFacts> _meshes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedDictionary<string, Resource>> _globals = new(StringComparer.Ordinal);

    /// <summary>True when nothing is known.</summary>
    public bool IsEmpty => _meshes.Count == 0 && _globals.Values.All(all => all.Count == 0);

    /// <summary>Everything known of each mesh that has a Mesh or anything in it.</summary>
    public IReadOnlyCollection<MeshFacts> Meshes => _meshes.Values;

    /// <summary>Finds a mesh.</summary>
    public bool TryGetMesh(string name, [NotNullWhen(true)] out MeshFacts? mesh) => _meshes.TryGetValue(name, out mesh);

    /// <summary>Resources of a global kind, by name.</summary>
    public IReadOnlyDictionary<string, Resource> Global(string kind) => _globals.TryGetValue(kind, out var all) ? all : _none;

    /// <summary>Finds a resource.</summary>
    public Resource? Find(ResourceKey key)
    {
        if (key.Mesh.Length > 0)
        {
            return _meshes.TryGetValue(key.Mesh, out var mesh) ? mesh.Find(key.Kind, key.Name) : null;
        }

        return Global(key.Kind).TryGetValue(key.Name, out var resource) ? resource : null;
    }

    /// <summary>Every key known, for finding out what has gone.</summary>
    public IEnumerable<ResourceKey> Keys() =>
        _meshes.Values.SelectMany(mesh => mesh.Resources).Concat(_globals.Values.SelectMany(all => all.Values)).Select(resource => resource.Key);

    /// <summary>Takes a resource, or its deletion, in.</summary>
    public ObservedChange Apply(ResourceKey key, Resource? after)
    {
        var before = Find(key);
        if (key.Mesh.Length == 0)
        {
            if (!_globals.TryGetValue(key.Kind, out var all))
            {
                _globals[key.Kind] = all = new SortedDictionary<string, Resource>(StringComparer.Ordinal);
            }

            Put(all, key.Name, after);
            return new ObservedChange(before, after);
        }

        if (!_meshes.TryGetValue(key.Mesh, out var mesh))
        {
            _meshes[key.Mesh] = mesh = new MeshFacts(key.Mesh, answersSelectors ? new SelectorIndex() : null);
        }

        mesh.Apply(key, before, after);
        if (mesh.IsEmpty)
        {
            _meshes.Remove(key.Mesh);
        }

        return new ObservedChange(before, after);
    }

    internal static void Put(IDictionary<string, Resource> all, string name, Resource? resource)
    {
        if (resource is null)
        {
            all.Remove(name);
        }
        else
        {
            all[name] = resource;
        }
    }
}
