using System.Net;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Testing.Network;

namespace Mesh.Server.Tests.Kds;

/// <summary>Resources between a Global and its zones, over real TLS sockets and a network that fails.</summary>
public sealed class SyncTests : IAsyncLifetime
{
    private const string Timeout =
        """{"type": "MeshTimeout", "mesh": "default", "name": "slow", "spec": {"targetRef": {"kind": "Mesh"}, "to": [{"targetRef": {"kind": "Mesh"}, "default": {"connectionTimeout": "7s"}}]}}""";

    private const string Dataplane =
        """{"type": "Dataplane", "mesh": "default", "name": "web-1", "labels": {"kuma.io/workload": "web"}, "networking": {"address": "127.0.0.1", "inbound": [{"port": 8080, "name": "main", "protocol": "http"}]}}""";

    private TestControlPlane _global = null!;

    public async ValueTask InitializeAsync() => _global = await TestControlPlane.GlobalAsync();

    public ValueTask DisposeAsync() => _global.DisposeAsync();

    [Fact]
    public async Task Policy_WrittenAtGlobal_AppearsInEveryZoneAndGoesAgain()
    {
        await using var west = await JoinAsync("west");
        await using var east = await JoinAsync("east");
        await _global.PutAsync("/meshes/default/meshtimeouts/slow", Timeout);

        foreach (var zone in new[] { west, east })
        {
            await TestControlPlane.UntilAsync(async () => await FindAsync(zone, "/meshes/default/meshtimeouts", "slow") is not null);
            var synced = (await FindAsync(zone, "/meshes/default/meshtimeouts", "slow"))!;
            Assert.Equal("global", synced["labels"]!["kuma.io/origin"]!.GetValue<string>());
        }

        Assert.Equal(HttpStatusCode.OK, (await _global.SendAsync("DELETE", "/meshes/default/meshtimeouts/slow")).Status);
        await TestControlPlane.UntilAsync(async () => await FindAsync(west, "/meshes/default/meshtimeouts", "slow") is null);
    }

    [Fact]
    public async Task Resource_OfGlobal_IsReadOnlyInAZone()
    {
        await using var west = await JoinAsync("west");
        await _global.PutAsync("/meshes/default/meshtimeouts/slow", Timeout);
        await TestControlPlane.UntilAsync(async () => await FindAsync(west, "/meshes/default/meshtimeouts", "slow") is not null);

        var name = (await FindAsync(west, "/meshes/default/meshtimeouts", "slow"))!["name"]!.GetValue<string>();
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await west.SendAsync("DELETE", $"/meshes/default/meshtimeouts/{name}")).Status);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await west.SendAsync("PUT", "/meshes/other", """{"type": "Mesh", "name": "other"}""")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await west.SendAsync("PUT", "/meshes/default/meshtimeouts/mine", Timeout.Replace("slow", "mine", StringComparison.Ordinal))).Status);
    }

    [Fact]
    public async Task Dataplane_WrittenInAZone_AppearsAtGlobalAsThatZones()
    {
        await using var west = await JoinAsync("west");
        await west.PutAsync("/meshes/default/dataplanes/web-1", Dataplane);

        await TestControlPlane.UntilAsync(async () => await FindAsync(_global, "/meshes/default/dataplanes", "web-1") is not null);

        var synced = (await FindAsync(_global, "/meshes/default/dataplanes", "web-1"))!;
        Assert.Equal("west", synced["labels"]!["kuma.io/zone"]!.GetValue<string>());
        var name = synced["name"]!.GetValue<string>();
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await _global.SendAsync("DELETE", $"/meshes/default/dataplanes/{name}")).Status);
        Assert.Equal(
            new ResourceKey(ZoneKind.Name, "", "west"),
            (await _global.ControlPlane.Store.GetAsync(new ResourceKey(DataplaneKind.Name, "default", name), TestContext.Current.CancellationToken))!.Owner);

        // Inspection works from what Global holds; the proxy itself is asked in its zone.
        Assert.NotNull(await _global.GetAsync($"/meshes/default/dataplanes/{name}/_rules"));
        var asked = await _global.SendAsync("GET", $"/meshes/default/dataplanes/{name}/stats");
        Assert.Equal(HttpStatusCode.Conflict, asked.Status);
        Assert.Contains("zone west: the proxy is not connected to this control plane", asked.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await _global.SendAsync("GET", $"/meshes/default/dataplanes/{name}/_config")).Status);
    }

    [Fact]
    public async Task Service_OfAZoneThatIsDisabled_LeavesTheOtherZones()
    {
        await using var west = await JoinAsync("west");
        await using var east = await JoinAsync("east");
        await west.PutAsync("/meshes/default/dataplanes/web-1", Dataplane);
        await TestControlPlane.UntilAsync(async () => await FindAsync(east, "/meshes/default/meshservices", "web") is not null);

        await _global.PutAsync("/zones/west", """{"type": "Zone", "name": "west", "enabled": false}""");
        await TestControlPlane.UntilAsync(async () => await FindAsync(east, "/meshes/default/meshservices", "web") is null);
        Assert.NotNull(await FindAsync(west, "/meshes/default/meshservices", "web"));

        await _global.PutAsync("/zones/west", """{"type": "Zone", "name": "west", "enabled": true}""");
        await TestControlPlane.UntilAsync(async () => await FindAsync(east, "/meshes/default/meshservices", "web") is not null);
    }

    [Fact]
    public async Task Connection_CutAndOpenedAgain_SendsNothingThatIsThere()
    {
        await using var relay = TcpRelay.To(_global.ZonesPort);
        await using var west = await JoinAsync("west", relay.Port);
        await west.PutAsync("/meshes/default/dataplanes/web-1", Dataplane);
        await _global.PutAsync("/meshes/default/meshtimeouts/slow", Timeout);
        await TestControlPlane.UntilAsync(async () =>
            await FindAsync(_global, "/meshes/default/dataplanes", "web-1") is not null && await FindAsync(west, "/meshes/default/meshtimeouts", "slow") is not null);

        relay.Cut();
        await TestControlPlane.UntilAsync(async () => relay.Accepted >= 2 && (await west.GetAsync("/zone-sync"))!["connected"]!.GetValue<bool>());
        await _global.PutAsync("/meshes/default/meshtimeouts/later", Timeout.Replace("slow", "later", StringComparison.Ordinal));
        await TestControlPlane.UntilAsync(async () => await FindAsync(west, "/meshes/default/meshtimeouts", "later") is not null);

        var sent = (await west.GetAsync("/zone-sync"))!["sent"]!.AsArray();
        Assert.NotEmpty(sent);
        Assert.All(sent.Where(t => t!["type"]!.GetValue<string>() == "Dataplane"), type => Assert.Equal(0, type!["resources"]!.GetValue<int>()));
        var subscriptions = (await _global.GetAsync("/zones/west/_overview"))!["zoneInsight"]!["subscriptions"]!.AsArray();
        Assert.Equal(2, subscriptions.Count);
        Assert.NotNull(subscriptions[0]!["disconnectTime"]);
    }

    [Fact]
    public async Task Network_ThatHoldsEverythingBack_IsNoticedByBothSides()
    {
        await using var global = await TestControlPlane.GlobalAsync(("multizone.global.kds.keepAliveInterval", "1s"));
        await using var relay = TcpRelay.To(global.ZonesPort);
        await using var west = await TestControlPlane.ZoneAsync("west", relay.Port, await global.ZoneTokenAsync("west"));
        await west.UntilConnectedAsync();

        relay.HoldBack();
        await TestControlPlane.UntilAsync(async () => !(await west.GetAsync("/zone-sync"))!["connected"]!.GetValue<bool>());
        await TestControlPlane.UntilAsync(async () =>
            (await global.GetAsync("/zones/west/_overview"))!["zoneInsight"]!["subscriptions"]!.AsArray()[^1]!["disconnectTime"] is not null);

        relay.LetThrough();
        await west.UntilConnectedAsync();
    }

    [Fact]
    public async Task Network_ThatIsSlow_StillCarriesChanges()
    {
        await using var relay = TcpRelay.To(_global.ZonesPort);
        relay.Delay = TimeSpan.FromMilliseconds(200);
        await using var west = await JoinAsync("west", relay.Port);

        await _global.PutAsync("/meshes/default/meshtimeouts/slow", Timeout);

        await TestControlPlane.UntilAsync(async () => await FindAsync(west, "/meshes/default/meshtimeouts", "slow") is not null);
        Assert.Equal(1, relay.Accepted);
    }

    [Fact]
    public async Task Global_Gone_LeavesTheZoneAtWorkAndGetsItsChangesWhenBack()
    {
        var folder = Directory.CreateTempSubdirectory("mesh-kds-");
        try
        {
            (string, string)[] store = [("store.type", "embedded"), ("store.dataDir", folder.FullName)];
            var first = await TestControlPlane.GlobalAsync(store);
            await using var relay = TcpRelay.To(first.ZonesPort);
            await using var west = await TestControlPlane.ZoneAsync("west", relay.Port, await first.ZoneTokenAsync("west"));
            await west.UntilThereAsync("/meshes/default");
            await first.PutAsync("/meshes/default/meshtimeouts/slow", Timeout);
            await TestControlPlane.UntilAsync(async () => await FindAsync(west, "/meshes/default/meshtimeouts", "slow") is not null);

            await first.DisposeAsync();
            await west.PutAsync("/meshes/default/dataplanes/web-1", Dataplane);
            await west.UntilThereAsync("/meshes/default/meshservices/web");
            Assert.NotNull(await FindAsync(west, "/meshes/default/meshtimeouts", "slow"));

            await using var second = await TestControlPlane.GlobalAsync(store);
            relay.LeadTo(second.ZonesPort);
            await TestControlPlane.UntilAsync(async () => await FindAsync(second, "/meshes/default/dataplanes", "web-1") is not null);
            Assert.NotNull(await FindAsync(west, "/meshes/default/meshtimeouts", "slow"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Zone_Restarted_ComesBackAsItself()
    {
        var folder = Directory.CreateTempSubdirectory("mesh-kds-");
        try
        {
            (string, string)[] store = [("store.type", "embedded"), ("store.dataDir", folder.FullName)];
            var token = await _global.ZoneTokenAsync("west");
            await using (var first = await TestControlPlane.ZoneAsync("west", _global.ZonesPort, token, store))
            {
                await first.UntilThereAsync("/meshes/default");
                await first.PutAsync("/meshes/default/dataplanes/web-1", Dataplane);
                await TestControlPlane.UntilAsync(async () => await FindAsync(_global, "/meshes/default/dataplanes", "web-1") is not null);
            }

            Assert.NotNull(await FindAsync(_global, "/meshes/default/dataplanes", "web-1"));
            await using var second = await TestControlPlane.ZoneAsync("west", _global.ZonesPort, token, store);
            await second.UntilConnectedAsync();
            Assert.NotNull(await second.GetAsync("/meshes/default"));
            Assert.NotNull(await FindAsync(_global, "/meshes/default/dataplanes", "web-1"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Global_ThatComesBackEmpty_IsFollowedOnlyWhenAccepted()
    {
        (string, string)[] open = [("multizone.global.kds.auth.type", "none")];
        var first = await TestControlPlane.GlobalAsync(open);
        await using var relay = TcpRelay.To(first.ZonesPort);
        await using var west = await TestControlPlane.ZoneAsync("west", relay.Port, "");
        const int count = 30;
        for (var i = 0; i < count; i++)
        {
            await first.PutAsync($"/meshes/default/meshtimeouts/slow-{i}", Timeout.Replace("slow", $"slow-{i}", StringComparison.Ordinal));
        }

        await TestControlPlane.UntilAsync(async () => await CountAsync(west) == count);
        await first.DisposeAsync();
        await using var second = await TestControlPlane.GlobalAsync(open);
        relay.LeadTo(second.ZonesPort);

        await TestControlPlane.UntilAsync(async () => (await west.GetAsync("/zone-sync"))?["hold"]?["lost"]?.GetValue<int>() == count);
        Assert.Equal(count, await CountAsync(west));
        await TestControlPlane.UntilAsync(async () =>
            (await second.SendAsync("GET", "/zones/west/_overview")).Text.Contains("held back by zone west", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.OK, (await west.SendAsync("POST", "/zone-sync/accept")).Status);
        await TestControlPlane.UntilAsync(async () => await CountAsync(west) == 0);
        await TestControlPlane.UntilAsync(async () => (await west.GetAsync("/zone-sync"))?["hold"] is null);
        Assert.Equal("connects anew: the sync that was held back was accepted", (await west.GetAsync("/zone-sync"))!["lastError"]!.GetValue<string>());
        Assert.Single(second.Log.Of("RejectedByZone"));

        static async Task<int> CountAsync(TestControlPlane zone) =>
            (await zone.GetAsync("/meshes/default/meshtimeouts?size=1000"))?["items"]!.AsArray()
                .Count(item => item!["labels"]?["kuma.io/display-name"]?.GetValue<string>().StartsWith("slow-", StringComparison.Ordinal) == true) ?? 0;
    }

    [Fact]
    public async Task Accept_WithoutASyncThatIsHeldBack_IsAConflict()
    {
        await using var west = await JoinAsync("west");

        Assert.Equal(HttpStatusCode.Conflict, (await west.SendAsync("POST", "/zone-sync/accept")).Status);
    }

    private async Task<TestControlPlane> JoinAsync(string zone, int? port = null)
    {
        var joined = await TestControlPlane.ZoneAsync(zone, port ?? _global.ZonesPort, await _global.ZoneTokenAsync(zone));
        await joined.UntilThereAsync("/meshes/default");
        return joined;
    }

    /// <summary>A resource by the name that its author gave it.</summary>
    private static async Task<System.Text.Json.Nodes.JsonNode?> FindAsync(TestControlPlane where, string collection, string displayName) =>
        (await where.GetAsync(collection + "?size=1000"))?["items"]!.AsArray()
            .FirstOrDefault(item => item!["labels"]?["kuma.io/display-name"]?.GetValue<string>() == displayName);
}
