using Mesh.Model.Resources;
using Mesh.Sync.Names;
using Mesh.Testing.Kds;

namespace Mesh.Global.Tests.Sync;

public sealed class GlobalSyncTests
{
    private static readonly ResourceKey _remoteService = Key("MeshService", SyncNames.Hashed("default", "backend", "zone-1", ""));

    [Fact]
    public async Task Reconnect_NothingChanged_SendsAndWritesNothing()
    {
        await using var world = SyncWorld.Start();
        await WriteEverythingAsync(world);
        var zone = await world.ConnectedZoneAsync("zone-1");
        await WriteEverythingAsync(world, zone);
        await zone.CutAsync();
        var (global, local) = (world.Store.Revision, zone.Store.Revision);

        await zone.ConnectAsync();

        Assert.Equal((0, 0, 0, 0), (zone.Down.Resources, zone.Down.Removed, zone.Up.Resources, zone.Up.Removed));
        Assert.Equal((global, local), (world.Store.Revision, zone.Store.Revision));
        Assert.Empty(zone.Down.Errors.Concat(zone.Up.Errors));
    }

    [Fact]
    public async Task Reconnect_BothRestarted_SendsNothing()
    {
        await using var world = SyncWorld.Start();
        await WriteEverythingAsync(world);
        var before = await world.ConnectedZoneAsync("zone-1");
        await WriteEverythingAsync(world, before);
        await before.DisposeAsync();
        world.RestartGlobal();

        var zone = await world.ConnectedZoneAsync("zone-1", before.Store);

        Assert.Equal((0, 0), (zone.Down.Resources, zone.Up.Resources));
    }

    [Fact]
    public async Task Reconnect_AsKuma_EverythingComesAgainAndNothingIsWritten()
    {
        await using var world = SyncWorld.Start();
        await WriteEverythingAsync(world);
        var zone = await world.ConnectedZoneAsync("zone-1");
        await WriteEverythingAsync(world, zone);
        await zone.CutAsync();
        var (global, local) = (world.Store.Revision, zone.Store.Revision);

        await zone.ConnectAsync(asKuma: true);

        Assert.True(zone.Down.Resources > 10 && zone.Up.Resources > 10);
        Assert.Equal((global, local), (world.Store.Revision, zone.Store.Revision));
    }

    [Fact]
    public async Task Reconnect_ChangedMeanwhile_OnlyThatTravels()
    {
        await using var world = SyncWorld.Start();
        await WriteEverythingAsync(world);
        var zone = await world.ConnectedZoneAsync("zone-1");
        await WriteEverythingAsync(world, zone);
        await zone.CutAsync();
        await world.PutAsync("MeshRetry", "another");
        await world.Store.DeleteAsync(Key("MeshRateLimit", SampleResources.Of("MeshRateLimit").Name));
        await zone.Store.DeleteAsync(Key("MeshService", "backend"));
        await zone.FollowedAsync();

        await zone.ConnectAsync();

        Assert.Equal((1, 1, 0, 1), (zone.Down.Resources, zone.Down.Removed, zone.Up.Resources, zone.Up.Removed));
        Assert.Null(await world.Store.GetAsync(_remoteService));
    }

    [Fact]
    public async Task Zone_Disabled_ItsResourcesLeaveTheOthersAndComeBack()
    {
        await using var world = SyncWorld.Start();
        await world.PutAsync("Mesh");
        var first = await world.ConnectedZoneAsync("zone-1");
        var second = await world.ConnectedZoneAsync("zone-2");
        await first.PutAsync("MeshService");
        await first.PutAsync("MeshTrust");
        var trust = Key("MeshTrust", SyncNames.Hashed("default", "identity", "zone-1", ""));
        await second.Store.UntilAsync(_remoteService);
        await second.Store.UntilAsync(trust);

        await world.EnableAsync("zone-1", false);
        await second.Store.GoneAsync(_remoteService);
        await second.Store.GoneAsync(trust);
        Assert.NotNull(await world.Store.GetAsync(_remoteService));
        await world.EnableAsync("zone-1", true);
        await second.Store.UntilAsync(_remoteService);
        Assert.Single(await first.Store.AllAsync("MeshService"));
    }

    [Fact]
    public async Task Zone_Deleted_TakesWhatItWroteAlong()
    {
        await using var world = SyncWorld.Start();
        await world.PutAsync("Mesh");
        var first = await world.ConnectedZoneAsync("zone-1");
        var second = await world.ConnectedZoneAsync("zone-2");
        await first.PutAsync("MeshService");
        await second.Store.UntilAsync(_remoteService);
        await first.CutAsync();

        await world.Store.DeleteAsync(new ResourceKey("Zone", "", "zone-1"));

        await second.Store.GoneAsync(_remoteService);
        Assert.Null(await world.Store.GetAsync(_remoteService));
    }

    [Fact]
    public async Task Stream_Ends_NothingIsDeleted()
    {
        await using var world = SyncWorld.Start();
        await WriteEverythingAsync(world);
        var first = await world.ConnectedZoneAsync("zone-1");
        var second = await world.ConnectedZoneAsync("zone-2");
        await WriteEverythingAsync(world, first);
        await second.Store.WaitAsync(
            async () => (await second.Store.AllAsync("MeshService")).Count + (await second.Store.AllAsync("MeshZoneAddress")).Count
                + (await second.Store.AllAsync("MeshTrust")).Count(trust => trust.Label(ResourceLabels.Zone).Length > 0) == 3,
            "what the first zone passes on");
        var revisions = (world.Store.Revision, first.Store.Revision, second.Store.Revision);

        await first.CutAsync();
        await second.CutAsync();

        Assert.Equal(revisions, (world.Store.Revision, first.Store.Revision, second.Store.Revision));
    }

    [Fact]
    public async Task Zone_ClaimsToBeAnother_IsRefusedBecauseOfTheName()
    {
        await using var world = SyncWorld.Start();
        await world.PutAsync("Mesh");
        var liar = await world.ZoneWithAsync("zone-2", SampleResources.Of("MeshZoneAddress"));
        await world.EnsureZoneAsync("zone-1");
        await using var link = world.Global.Connect("zone-1");
        await using var stream = await SyncStream.OpenAsync(liar.Sync.Feed, "global", world.Global.ReceivedTypes, link, link.ApplyAsync);
        await stream.FirstSets;

        Assert.Empty(await world.Store.AllAsync("MeshZoneAddress"));
        Assert.Contains("its name is not the one under which zone zone-1 sends", Assert.Single(stream.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Zone_SendsANameOfGlobal_IsRefusedAndTheRestIsTaken()
    {
        await using var world = SyncWorld.Start();
        await world.PutAsync("Mesh");
        var taken = await world.PutAsync("MeshService", _remoteService.Name);
        var service = SampleResources.Of("MeshService");
        var zone = await world.ZoneWithAsync("zone-1", service, service with { Name = "other" });

        await zone.ConnectAsync();

        Assert.Equal(taken, await world.Store.GetAsync(_remoteService));
        Assert.NotNull(await world.Store.GetAsync(Key("MeshService", SyncNames.Hashed("default", "other", "zone-1", ""))));
        Assert.Equal($"MeshService {_remoteService.Name}.default: Global has a resource of this name", Assert.Single(zone.Up.Errors));
        var status = zone.AtGlobal.Status.Single(s => s.Kind == "MeshService");
        Assert.Equal((1, 0, 1), (status.Received, status.Accepted, status.Rejected));
    }

    [Fact]
    public async Task Zone_HasAMeshThatGlobalLacks_ItsResourcesWaitForIt()
    {
        await using var world = SyncWorld.Start();
        var zone = await world.ZoneWithAsync("zone-1", SampleResources.Of("MeshService"));
        await zone.ConnectAsync();
        Assert.Equal(1, zone.AtGlobal.WaitingCount);

        await world.PutAsync("Mesh");

        await world.Store.UntilAsync(_remoteService);
        Assert.Empty(zone.Up.Errors);
    }

    [Fact]
    public async Task Zones_ManyResources_AllArriveEverywhere()
    {
        const int Count = 3000;
        await using var world = SyncWorld.Start();
        await world.PutAsync("Mesh");
        var service = SampleResources.Of("MeshService");
        var first = await world.ZoneWithAsync("zone-1", [.. Enumerable.Range(0, Count).Select(i => service with { Name = $"service-{i}" })]);
        await first.ConnectAsync();
        Assert.Equal(Count, (await world.Store.AllAsync("MeshService")).Count);
        var second = await world.ZoneAsync("zone-2");
        await second.ConnectAsync();
        await second.Store.WaitAsync(async () => (await second.Store.AllAsync("MeshService")).Count == Count, "all services in the second zone");
    }

    /// <summary>A sample of every kind that Global provides.</summary>
    private static async Task WriteEverythingAsync(SyncWorld world)
    {
        await world.PutAsync("Mesh");
        foreach (var kind in world.Global.SentTypes.Where(kind => kind != "Mesh" && world.Catalog[kind].Sync.HasFlag(SyncDirections.ProvidedByGlobal)))
        {
            await world.PutAsync(kind);
        }

        // What is not in the feed when a zone connects would come later, and count as what a reconnect sent.
        while (world.Global.Revision < world.Store.Revision)
        {
            await Task.Delay(1);
        }
    }

    /// <summary>A sample of every kind that zones provide, and waits until Global has them.</summary>
    private static async Task WriteEverythingAsync(SyncWorld world, ZoneWorld zone)
    {
        await zone.Store.UntilAsync(new ResourceKey("Mesh", "", "default"));
        foreach (var kind in zone.Sync.SentTypes)
        {
            var written = await zone.PutAsync(kind);
            await world.Store.UntilAsync(written.Key with { Name = SyncNames.Hashed(written.Mesh, written.Name, zone.Name, "") });
        }
    }

    private static ResourceKey Key(string kind, string name) => new(kind, "default", name);
}
