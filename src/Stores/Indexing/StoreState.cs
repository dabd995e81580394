using System.Collections.Immutable;
using Mesh.Model.Resources;

namespace Mesh.Stores.Indexing;

/// <summary>
/// Everything a store holds at one revision. Immutable and structurally shared: readers keep one without a lock, a
/// writer builds the next beside it and drops it when the write fails.
/// </summary>
internal sealed record StoreState
{
    private const string MeshKind = "Mesh";

    private static readonly ImmutableSortedDictionary<string, Resource> _noResources =
        ImmutableSortedDictionary.Create<string, Resource>(StringComparer.Ordinal);

    private static readonly ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, Resource>> _noMeshes =
        ImmutableSortedDictionary.Create<string, ImmutableSortedDictionary<string, Resource>>(StringComparer.Ordinal);

    /// <summary>Nothing, at revision 0.</summary>
    public static StoreState Empty { get; } = new();

    /// <summary>Number of the last change in it.</summary>
    public long Revision { get; init; }

    /// <summary>Resources by kind, mesh and name.</summary>
    private ImmutableDictionary<string, ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, Resource>>> Kinds { get; init; } =
        ImmutableDictionary.Create<string, ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, Resource>>>(StringComparer.Ordinal);

    /// <summary>What goes when an owner goes.</summary>
    private ImmutableDictionary<ResourceKey, ImmutableHashSet<ResourceKey>> Owned { get; init; } =
        ImmutableDictionary<ResourceKey, ImmutableHashSet<ResourceKey>>.Empty;

    /// <summary>One resource, or null.</summary>
    public Resource? Find(ResourceKey key) =>
        Kinds.TryGetValue(key.Kind, out var meshes)
        && meshes.TryGetValue(key.Mesh, out var names)
        && names.TryGetValue(key.Name, out var resource)
            ? resource
            : null;

    /// <summary>Resources of a kind, ordered by key; of one mesh, or of all.</summary>
    public IEnumerable<Resource> Of(string kind, string? mesh)
    {
        if (!Kinds.TryGetValue(kind, out var meshes))
        {
            return [];
        }

        if (mesh is null)
        {
            return meshes.Values.SelectMany(names => names.Values);
        }

        return meshes.TryGetValue(mesh, out var one) ? one.Values : [];
    }

    /// <summary>Every resource.</summary>
    public IEnumerable<Resource> All() => Kinds.Values.SelectMany(meshes => meshes.Values).SelectMany(names => names.Values);

    /// <summary>What is deleted with a resource, itself not included: each once, owners before what they own.</summary>
    public IReadOnlyList<ResourceKey> OwnedBy(ResourceKey root)
    {
        if (!Owned.ContainsKey(root))
        {
            return [];
        }

        var found = new List<ResourceKey>();
        var seen = new HashSet<ResourceKey> { root };
        var next = new Queue<ResourceKey>([root]);
        while (next.TryDequeue(out var owner))
        {
            if (!Owned.TryGetValue(owner, out var children))
            {
                continue;
            }

            foreach (var child in children.Order())
            {
                if (seen.Add(child))
                {
                    found.Add(child);
                    next.Enqueue(child);
                }
            }
        }

        return found;
    }

    /// <summary>The state with a resource created or replaced, one revision later.</summary>
    public StoreState Put(Resource resource)
    {
        var key = resource.Key;
        var meshes = Kinds.GetValueOrDefault(key.Kind, _noMeshes);
        var names = meshes.GetValueOrDefault(key.Mesh, _noResources);
        var owned = Owned;
        if (!names.ContainsKey(key.Name))
        {
            foreach (var owner in OwnersOf(resource))
            {
                owned = owned.SetItem(owner, owned.GetValueOrDefault(owner, []).Add(key));
            }
        }

        return this with
        {
            Revision = Revision + 1,
            Kinds = Kinds.SetItem(key.Kind, meshes.SetItem(key.Mesh, names.SetItem(key.Name, resource))),
            Owned = owned,
        };
    }

    /// <summary>The state without a resource that is in it, one revision later.</summary>
    public StoreState Remove(Resource resource)
    {
        var key = resource.Key;
        var meshes = Kinds[key.Kind];
        var names = meshes[key.Mesh].Remove(key.Name);
        var owned = Owned;
        foreach (var owner in OwnersOf(resource))
        {
            var rest = owned.GetValueOrDefault(owner, []).Remove(key);
            owned = rest.IsEmpty ? owned.Remove(owner) : owned.SetItem(owner, rest);
        }

        return this with
        {
            Revision = Revision + 1,
            Kinds = Kinds.SetItem(key.Kind, names.IsEmpty ? meshes.Remove(key.Mesh) : meshes.SetItem(key.Mesh, names)),
            Owned = owned,
        };
    }

    /// <summary>Whose deletion deletes a resource: the owner it names, and the Mesh it lives in.</summary>
    public static IEnumerable<ResourceKey> OwnersOf(Resource resource)
    {
        var mesh = resource.Descriptor.Scope == ResourceScope.Mesh ? new ResourceKey(MeshKind, "", resource.Mesh) : (ResourceKey?)null;
        if (resource.Owner is { } owner && owner != mesh)
        {
            yield return owner;
        }

        if (mesh is { } home)
        {
            yield return home;
        }
    }
}
