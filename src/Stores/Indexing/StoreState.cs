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

    private static readonly ImmutableSortedDictionary<string, NameTree> _noMeshes =
        ImmutableSortedDictionary.Create<string, NameTree>(StringComparer.Ordinal);

    /// <summary>Nothing, at revision 0.</summary>
    public static StoreState Empty { get; } = new();

    /// <summary>Number of the last change in it.</summary>
    public long Revision { get; init; }

    /// <summary>Resources by kind, mesh and name.</summary>
    private ImmutableDictionary<string, ImmutableSortedDictionary<string, NameTree>> Kinds { get; init; } =
        ImmutableDictionary.Create<string, ImmutableSortedDictionary<string, NameTree>>(StringComparer.Ordinal);

    /// <summary>What goes when an owner goes, besides what is in a Mesh: that is found by its place.</summary>
    private ImmutableDictionary<ResourceKey, OwnedResources> Owned { get; init; } = ImmutableDictionary<ResourceKey, OwnedResources>.Empty;

    /// <summary>A state that holds these resources.</summary>
    /// <param name="trees">By kind and mesh; none is empty.</param>
    /// <param name="owned">What <see cref="OwnedAmong"/> says of all of them.</param>
    /// <param name="revision">Number of the last change.</param>
    public static StoreState Of(
        IEnumerable<(string Kind, string Mesh, NameTree Resources)> trees, ImmutableDictionary<ResourceKey, OwnedResources> owned, long revision)
    {
        var kinds = trees.GroupBy(tree => tree.Kind, StringComparer.Ordinal).Select(kind => KeyValuePair.Create(
            kind.Key, _noMeshes.AddRange(kind.Select(tree => KeyValuePair.Create(tree.Mesh, tree.Resources)))));
        return Empty with { Revision = revision, Kinds = Empty.Kinds.SetItems(kinds), Owned = owned };
    }

    /// <summary>What goes when an owner among all these resources goes.</summary>
    /// <param name="resources">In any order; quickest as they lie in memory.</param>
    public static ImmutableDictionary<ResourceKey, OwnedResources> OwnedAmong(List<Resource> resources)
    {
        var owned = ImmutableDictionary<ResourceKey, OwnedResources>.Empty;
        foreach (var resource in resources)
        {
            // Of most the name is not looked at, and not made.
            if (NamedOwner(resource) is { } owner)
            {
                owned = WithOwned(owned, owner, resource.Key);
            }
        }

        return owned;
    }

    /// <summary>One resource, or null.</summary>
    public Resource? Find(ResourceKey key) =>
        Kinds.TryGetValue(key.Kind, out var meshes)
        && meshes.TryGetValue(key.Mesh, out var names)
            ? names.Find(key.Name)
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
            return meshes.Values.SelectMany(names => names.All());
        }

        return meshes.TryGetValue(mesh, out var one) ? one.All() : [];
    }

    /// <summary>Every resource.</summary>
    public IEnumerable<Resource> All() => Kinds.Values.SelectMany(meshes => meshes.Values).SelectMany(names => names.All());

    /// <summary>What is deleted with a resource, itself not included: each once, owners before what they own.</summary>
    public IReadOnlyList<ResourceKey> OwnedBy(ResourceKey root)
    {
        if (!OwnedDirectlyBy(root).Any())
        {
            return [];
        }

        var found = new List<ResourceKey>();
        var seen = new HashSet<ResourceKey> { root };
        var next = new Queue<ResourceKey>([root]);
        while (next.TryDequeue(out var owner))
        {
            foreach (var child in OwnedDirectlyBy(owner).Order())
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
        var names = meshes.GetValueOrDefault(key.Mesh, NameTree.Empty);
        var owner = NamedOwner(resource);
        var before = names.Find(key.Name) is { } replaced ? NamedOwner(replaced) : null;
        return this with
        {
            Revision = Revision + 1,
            Kinds = Kinds.SetItem(key.Kind, meshes.SetItem(key.Mesh, names.Put(resource))),
            Owned = owner == before ? Owned : WithOwned(WithoutOwned(Owned, before, key), owner, key),
        };
    }

    /// <summary>The state without a resource that is in it, one revision later.</summary>
    public StoreState Remove(Resource resource)
    {
        var key = resource.Key;
        var meshes = Kinds[key.Kind];
        var names = meshes[key.Mesh].Remove(key.Name);
        return this with
        {
            Revision = Revision + 1,
            Kinds = Kinds.SetItem(key.Kind, names.Count == 0 ? meshes.Remove(key.Mesh) : meshes.SetItem(key.Mesh, names)),
            Owned = WithoutOwned(Owned, NamedOwner(resource), key),
        };
    }

    /// <summary>Whose deletion deletes a resource: the owner it names, and the Mesh it lives in.</summary>
    public static IEnumerable<ResourceKey> OwnersOf(Resource resource)
    {
        if (NamedOwner(resource) is { } owner)
        {
            yield return owner;
        }

        if (Home(resource) is { } home)
        {
            yield return home;
        }
    }

    private static ResourceKey? Home(Resource resource) =>
        resource.Descriptor.Scope == ResourceScope.Mesh ? new ResourceKey(MeshKind, "", resource.Mesh) : null;

    /// <summary>The owner that a resource names, unless it is the Mesh it lives in.</summary>
    private static ResourceKey? NamedOwner(Resource resource) => resource.Owner is { } owner && owner != Home(resource) ? owner : null;

    private static ImmutableDictionary<ResourceKey, OwnedResources> WithOwned(
        ImmutableDictionary<ResourceKey, OwnedResources> owned, ResourceKey? owner, ResourceKey key) =>
        owner is { } named ? owned.SetItem(named, owned.TryGetValue(named, out var before) ? before.With(key) : OwnedResources.Of(key)) : owned;

    private static ImmutableDictionary<ResourceKey, OwnedResources> WithoutOwned(
        ImmutableDictionary<ResourceKey, OwnedResources> owned, ResourceKey? owner, ResourceKey key) =>
        owner is not { } named ? owned
        : owned[named].Without(key) is { } rest ? owned.SetItem(named, rest)
        : owned.Remove(named);

    private IEnumerable<ResourceKey> OwnedDirectlyBy(ResourceKey owner)
    {
        var named = !Owned.TryGetValue(owner, out var owned) ? []
            : owned.Listed.IsDefault ? All().Where(resource => NamedOwner(resource) == owner).Select(resource => resource.Key)
            : owned.Listed;
        return owner.Kind == MeshKind ? named.Concat(InMesh(owner.Name)) : named;
    }

    private IEnumerable<ResourceKey> InMesh(string mesh) =>
        Kinds.Values
            .SelectMany(meshes => mesh.Length > 0 && meshes.TryGetValue(mesh, out var names) ? names.All() : [])
            .Where(resource => resource.Descriptor.Scope == ResourceScope.Mesh)
            .Select(resource => resource.Key);
}
