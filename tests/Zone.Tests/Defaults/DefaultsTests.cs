using System.Text.Json.Nodes;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Model.Text;
using Mesh.Testing;
using Mesh.Zone.Control;
using Mesh.Zone.Tests.Control;

namespace Mesh.Zone.Tests.Defaults;

public class DefaultsTests
{
    [Fact]
    public async Task Start_EmptyStore_CreatesWhatWasRecorded()
    {
        var file = SharedFolder.Conformance is { } root ? Path.Combine(root, "recorded", "scenarios", "initial-resources.json") : "";
        Assert.SkipUnless(File.Exists(file), SharedFolder.SkipReason);
        await using var world = await ZoneWorld.StartAsync();
        var recorded = JsonNode.Parse(await File.ReadAllTextAsync(file))!.AsObject();
        var items = recorded.SelectMany(pair => pair.Value!["items"]?.AsArray().Select(item => item!) ?? [pair.Value]).ToList();
        Assert.Equal(7, items.Count);
        foreach (var item in items)
        {
            var key = new ResourceKey((string)item["type"]!, (string?)item["mesh"] ?? "", (string)item["name"]!);
            var ours = ResourceJson.ToNode((await world.Store.GetAsync(key))!);
            foreach (var field in new[] { "creationTime", "modificationTime" })
            {
                ours.Remove(field);
                item.AsObject().Remove(field);
            }

            Assert.True(JsonNode.DeepEquals(item, ours), $"recorded {item.ToJsonString()}\nours     {ours.ToJsonString()}");
        }
    }

    [Fact]
    public async Task Start_EmptyStore_HasTheKeysAndTheZone()
    {
        await using var world = await ZoneWorld.StartAsync();
        Assert.Equal(
            ["admin-user-token", "envoy-admin-ca", "inter-cp-ca", "user-token-signing-key-1", "zone-token-signing-key-1"],
            await NamesAsync(world, GlobalSecretKind.Name));
        Assert.Equal(["dataplane-token-signing-key-default-1"], await NamesAsync(world, SecretKind.Name));
        Assert.Equal(["default"], await NamesAsync(world, ZoneKind.Name));
    }

    [Fact]
    public async Task Start_OwnerDeletedADefault_ItStaysDeleted()
    {
        await using var world = await ZoneWorld.StartAsync();
        await world.Store.DeleteAsync(new ResourceKey("MeshRetry", "default", "mesh-retry-all-default"));
        await world.DisposeAsync();
        await using var again = await ZoneWorld.StartAsync(store: world.Store, clock: world.Clock);
        Assert.Empty(await NamesAsync(again, "MeshRetry"));
    }

    [Fact]
    public async Task Start_CreationOfAMeshBrokeOff_IsCompleted()
    {
        await using var world = await ZoneWorld.StartAsync();
        await world.Store.CreateAsync(new Resource { Descriptor = MeshKind.Resource, Name = "half", Spec = new MeshSpec() });
        await world.DisposeAsync();
        await using var again = await ZoneWorld.StartAsync(store: world.Store, clock: world.Clock);
        Assert.NotNull(await again.Store.GetAsync(new ResourceKey("MeshRetry", "half", "mesh-retry-all-half")));
    }

    [Theory]
    [InlineData("*", 0)]
    [InlineData("MeshTimeout", 2)]
    [InlineData("Nothing", 4)]
    public async Task Mesh_SkipsInitialPolicies_GetsTheOthers(string skip, int expected)
    {
        await using var world = await ZoneWorld.StartAsync();
        var spec = new MeshSpec { SkipCreatingInitialPolicies = [skip] };
        var mesh = await world.Store.CreateAsync(new Resource { Descriptor = MeshKind.Resource, Name = "m", Spec = spec });
        await world.Controllers.MeshDefaults.CreateAsync(mesh);
        var kinds = ZoneWorld.Catalog.All.Where(kind => kind.Policy is not null);
        var count = 0;
        foreach (var kind in kinds)
        {
            count += (await world.Store.ListAsync(new ResourceQuery { Kind = kind.Kind, Mesh = "m" })).Total;
        }

        Assert.Equal(expected, count);
    }

    [Fact]
    public async Task Start_ToldToSkip_CreatesNoMeshAndNoGenerators()
    {
        await using var world = await ZoneWorld.StartAsync(new ZoneControlOptions { SkipMeshCreation = true, SkipHostnameGenerators = true });
        Assert.Empty(await NamesAsync(world, MeshKind.Name));
        Assert.Empty(await NamesAsync(world, HostnameGeneratorKind.Name));
    }

    private static async Task<List<string>> NamesAsync(ZoneWorld world, string kind) =>
        [.. (await world.Store.ListAsync(new ResourceQuery { Kind = kind })).Items.Select(resource => resource.Name)];
}
