using System.Text.Json.Nodes;
using Mesh.RealEnvoy.Meshes;
using Mesh.Testing;

namespace Mesh.RealEnvoy.MultiZone;

/// <summary>Services that lie over zones (scenarios S10 and G17): their names, which zone serves, and zones that are taken out.</summary>
[Collection(IngressWorld.Collection)]
public sealed class ServiceOverZonesTests(IngressWorld world)
{
    private const int ServerGlobal = 0;
    private const int LibraryGlobal = 1;
    private const int LibraryInWest = 2;

    [Fact]
    public async Task Names_OfServicesOfOtherZones_AreResolvedByTheSidecar()
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        await using var nameServer = new EmptyNameServer();
        var port = await world.Zones.East.Proxies.AddResolverAsync("resolver", nameServer.Address);

        await ResolvesAsync(port, "server-global.mzsvc.mesh.local", "243.");
        await ResolvesAsync(port, "library-global.mzsvc.mesh.local", "243.");
        await ResolvesAsync(port, "library.svc.west.mesh.local", "241.");
        await ResolvesAsync(port, "server.svc.mesh.local", "241.");

        foreach (var unknown in (string[])["nobody.mzsvc.mesh.local", "nobody.svc.west.mesh.local", "server-global.svc.east.mesh.local"])
        {
            Assert.Equal(DnsQuery.NoSuchName, (await DnsQuery.AskAsync(port, unknown, DnsQuery.A)).Code);
            Assert.Equal(DnsQuery.NoSuchName, (await DnsQuery.AskAsync(port, unknown, DnsQuery.Aaaa)).Code);
        }
    }

    [Fact]
    public async Task MultiZoneService_NobodyLeftInTheZone_IsServedByTheOtherUntilSomebodyIsBack()
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        await world.East.UntilAsync(200, "at the start", ServerGlobal);
        await ServesAsync("server-west", isServing: false);

        await using var load = new CallerLoad(world.East.Addresses[ServerGlobal], callers: 2, TimeSpan.FromMilliseconds(5));
        await load.MoreAsync(100);
        Assert.DoesNotContain("server-west", load.Answers.Keys);

        await world.ServerInEast.StopAsync();
        await Eventually.HoldsAsync(() => Task.FromResult(load.Answers.ContainsKey("server-west")), "west takes over");
        await load.MoreAsync(100);

        world.ServerInEast = await world.AddServerInEastAsync("server-east-again");
        await Eventually.HoldsAsync(() => Task.FromResult(load.Answers.ContainsKey("server-east-again")), "east serves itself again");
        await load.AssertNothingLostAsync();
        await ServesAsync("server-west", isServing: false);
    }

    [Fact]
    public async Task Zone_Disabled_ServesNobodyElseUntilItIsEnabled()
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        await BothAsync(200, "at the start");
        var known = await ZonesOfAsync("server-global");
        Assert.Contains("west", known);

        await world.Global.Api.ApplyAsync("type: Zone\nname: west\nenabled: false");
        try
        {
            await world.East.UntilAsync(503, "when west is disabled", LibraryGlobal);
            await Eventually.HoldsAsync(async () => !(await ZonesOfAsync("server-global")).Contains("west"), "west has left the service over both zones");
            await world.East.UntilAsync(200, "of east all the time", ServerGlobal);
            await world.West.UntilAsync(200, "in west all the time");
        }
        finally
        {
            await world.Global.Api.ApplyAsync("type: Zone\nname: west\nenabled: true");
        }

        await BothAsync(200, "when west is enabled again");
        await Eventually.HoldsAsync(async () => (await ZonesOfAsync("server-global")).SetEquals(known), "west is back in the service over both zones");
    }

    private async Task BothAsync(int status, string why)
    {
        await world.East.UntilAsync(status, why, LibraryGlobal);
        await world.East.UntilAsync(status, why, LibraryInWest);
    }

    /// <summary>Waits until calls to the server are, or are not, answered by an instance.</summary>
    private Task ServesAsync(string instance, bool isServing) => Eventually.HoldsAsync(
        async () => await world.East.CallAsync(ServerGlobal) is (200, var body) && (body == instance) == isServing,
        $"{instance} {(isServing ? "serves" : "does not serve")}");

    /// <summary>Zones whose services lie behind a MeshMultiZoneService, as east knows it.</summary>
    private async Task<HashSet<string>> ZonesOfAsync(string name)
    {
        var synced = await TwoZones.SyncedNameAsync(world.Zones.East, "meshmultizoneservices", name);
        var found = await world.Zones.East.Api.FindAsync("/meshes/default/meshmultizoneservices/" + synced);
        return [.. (found?["status"]?["meshServices"] as JsonArray ?? []).Select(service => (string)service!["zone"]!)];
    }

    private static async Task ResolvesAsync(int port, string name, string network)
    {
        var answer = (Code: -1, Addresses: (IReadOnlyList<string>)[]);
        await Eventually.HoldsAsync(
            async () => (answer = await DnsQuery.AskAsync(port, name, DnsQuery.A)) is (DnsQuery.NoError, [var address]) && address.StartsWith(network, StringComparison.Ordinal),
            () => $"{name} has an address in {network}; the last answer was {answer.Code} {string.Join(' ', answer.Addresses)}");

        // The same address, as IPv6 writes it.
        var (code, addresses) = await DnsQuery.AskAsync(port, name, DnsQuery.Aaaa);
        Assert.Equal(DnsQuery.NoError, code);
        Assert.Equal(["::ffff:" + answer.Addresses[0]], addresses);
    }
}
