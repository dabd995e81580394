using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Model.Text;
using Mesh.Testing;
using Mesh.Testing.Kds;

namespace Mesh.Global.Tests.Sync;

/// <summary>The shared cases of synchronization: what Global and zones begin with, and what each holds in the end.</summary>
public sealed class ConformanceTests
{
    private const string Folder = "kuma/kds";

    public static TheoryData<string> Cases()
    {
        var cases = new TheoryData<string>();
        var root = SharedFolder.Conformance is { } folder ? Path.Combine(folder, Folder) : "";
        foreach (var path in Directory.Exists(root) ? Directory.GetDirectories(root) : [])
        {
            cases.Add(Path.GetFileName(path));
        }

        if (cases.Count == 0)
        {
            cases.Add("");
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Case_AfterSync_EveryStoreHoldsWhatItShould(string name)
    {
        Assert.SkipWhen(name.Length == 0, SharedFolder.SkipReason);
        var folder = Path.Combine(SharedFolder.Conformance!, Folder, name);
        await using var world = SyncWorld.Start();
        await LoadAsync(world, world.Store, Path.Combine(folder, "global.input.yaml"));
        var zones = new List<ZoneWorld>();
        foreach (var file in Directory.GetFiles(folder, "zone-*.input.yaml").Order(StringComparer.Ordinal))
        {
            var zone = await world.ConnectedZoneAsync(Path.GetFileName(file).Split('.')[0]);
            await LoadAsync(world, zone.Store, file);
            zones.Add(zone);
        }

        await ExpectAsync(world, world.Store, Path.Combine(folder, "global.golden.yaml"));
        foreach (var zone in zones)
        {
            await ExpectAsync(world, zone.Store, Path.Combine(folder, $"{zone.Name}.golden.yaml"));
        }
    }

    private static async Task LoadAsync(SyncWorld world, IResourceStore store, string file)
    {
        foreach (var parsed in ResourceYaml.ParseAll(await File.ReadAllTextAsync(file), world.Catalog).Where(p => p.Resource is not null))
        {
            if (parsed.Resource!.Mesh is { Length: > 0 } mesh)
            {
                // In a zone it comes from Global.
                await store.UntilAsync(new ResourceKey(MeshKind.Name, "", mesh));
            }

            await store.CreateAsync(parsed.Resource);
        }
    }

    private static async Task ExpectAsync(SyncWorld world, IResourceStore store, string golden)
    {
        // Insights of zones are written by who holds the sockets.
        var wanted = ResourceYaml.ParseAll(await File.ReadAllTextAsync(golden), world.Catalog)
            .Select(parsed => parsed.Resource)
            .OfType<Resource>()
            .Where(resource => resource.Kind != "ZoneInsight")
            .ToDictionary(resource => resource.Key, TextOf);
        string[] kinds = [.. world.Catalog.All.Select(kind => kind.Kind)];
        Dictionary<ResourceKey, string> found = [];
        var same = false;
        await store.WaitAsync(
            async () =>
            {
                found = [];
                foreach (var kind in kinds)
                {
                    foreach (var resource in await store.AllAsync(kind))
                    {
                        found[resource.Key] = TextOf(resource);
                    }
                }

                same = wanted.Count == found.Count && wanted.All(pair => found.GetValueOrDefault(pair.Key) == pair.Value);
                return same;
            },
            $"{golden}\nwanted:\n{string.Join('\n', wanted.Values)}");
        Assert.True(same);
    }

    private static string TextOf(Resource resource)
    {
        var tree = ResourceJson.ToNode(resource);
        foreach (var field in (string[])["creationTime", "modificationTime", "kri"])
        {
            tree.Remove(field);
        }

        return tree.ToJsonString();
    }
}
