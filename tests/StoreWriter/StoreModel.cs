using System.Collections.Immutable;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Testing.Resources;

namespace Mesh.StoreWriter;

/// <summary>What a store should hold, kept the simplest way there is, and random writes to try on both.</summary>
internal sealed record StoreModel(ImmutableDictionary<ResourceKey, (long Version, string Text, ResourceKey? Owner)> Items, long Revision)
{
    public static StoreModel Empty { get; } = new(ImmutableDictionary<ResourceKey, (long, string, ResourceKey?)>.Empty, 0);

    /// <summary>A write to one of few names: what it should come to, and how to ask a store for it.</summary>
    public (StoreModel Next, bool IsAccepted, Func<IResourceStore, Task> Ask) Step(int kind, int which, string text)
    {
        var mesh = new ResourceKey("Mesh", "", "default");
        var thing = new ResourceKey("Thing", "default", $"t{which % 3}");
        var part = new ResourceKey("Part", "default", $"p{which % 5}");
        return kind switch
        {
            0 => Create(TestKinds.New(TestKinds.Mesh, "default", text: text)),
            1 => Create(TestKinds.New(TestKinds.Thing, thing.Name, text: text)),
            2 => Create(TestKinds.New(TestKinds.Part, part.Name, text: text, owner: thing)),
            3 => Update(TestKinds.New(TestKinds.Thing, thing.Name, text: text)),
            4 => Update(TestKinds.New(TestKinds.Part, part.Name, text: text)),
            5 => Delete(thing),
            6 => Delete(part),
            _ => which % 4 == 0 ? Delete(mesh) : Create(TestKinds.New(TestKinds.Mesh, "default", text: text)),
        };
    }

    /// <summary>What a store holds, as a model.</summary>
    public static async Task<StoreModel> OfAsync(IResourceStore store)
    {
        var items = Empty.Items;
        foreach (var kind in TestKinds.Catalog.All)
        {
            foreach (var resource in (await store.ListAsync(new ResourceQuery { Kind = kind.Kind })).Items)
            {
                items = items.Add(resource.Key, (resource.Version, resource.SpecAs<TestSpec>().Text, resource.Owner));
            }
        }

        return new StoreModel(items, store.Revision);
    }

    public bool Matches(StoreModel other) =>
        Revision == other.Revision
        && Items.Count == other.Items.Count
        && Items.All(pair => other.Items.TryGetValue(pair.Key, out var value) && value == pair.Value);

    public override string ToString() => $"{Revision}: {string.Join(", ", Items.OrderBy(i => i.Key).Select(i => $"{i.Key}@{i.Value.Version}"))}";

    private (StoreModel, bool, Func<IResourceStore, Task>) Create(Resource resource)
    {
        var mesh = new ResourceKey("Mesh", "", resource.Mesh);
        var isAccepted = !Items.ContainsKey(resource.Key)
            && (resource.Owner is not { } owner || Items.ContainsKey(owner))
            && (resource.Mesh.Length == 0 || Items.ContainsKey(mesh));
        var text = resource.SpecAs<TestSpec>().Text;
        var next = isAccepted ? new StoreModel(Items.Add(resource.Key, (1, text, resource.Owner)), Revision + 1) : this;
        return (next, isAccepted, store => store.CreateAsync(resource).AsTask());
    }

    private (StoreModel, bool, Func<IResourceStore, Task>) Update(Resource resource)
    {
        var isAccepted = Items.TryGetValue(resource.Key, out var stored);
        var text = resource.SpecAs<TestSpec>().Text;
        var next = isAccepted
            ? new StoreModel(Items.SetItem(resource.Key, (stored.Version + 1, text, stored.Owner)), Revision + 1)
            : this;
        return (next, isAccepted, store => store.UpdateAsync(resource with { Version = stored.Version }).AsTask());
    }

    private (StoreModel, bool, Func<IResourceStore, Task>) Delete(ResourceKey key)
    {
        if (!Items.ContainsKey(key))
        {
            return (this, false, store => store.DeleteAsync(key).AsTask());
        }

        var doomed = new HashSet<ResourceKey> { key };
        while (Items.Where(i => !doomed.Contains(i.Key) && IsOwnedBy(i, doomed)).Select(i => i.Key).ToList() is { Count: > 0 } more)
        {
            doomed.UnionWith(more);
        }

        return (new StoreModel(Items.RemoveRange(doomed), Revision + doomed.Count), true, store => store.DeleteAsync(key).AsTask());
    }

    private static bool IsOwnedBy(KeyValuePair<ResourceKey, (long Version, string Text, ResourceKey? Owner)> item, HashSet<ResourceKey> owners) =>
        (item.Value.Owner is { } owner && owners.Contains(owner))
        || (item.Key.Mesh.Length > 0 && owners.Contains(new ResourceKey("Mesh", "", item.Key.Mesh)));
}
