using System.Text.Json.Nodes;
using Mesh.RealEnvoy.Meshes;
using Mesh.Testing;

namespace Mesh.RealEnvoy.MultiZone;

/// <summary>The whole mesh (scenario S01): one authority, zones that serve, calls from workload to workload over six hops, and room for more.</summary>
[Collection(EgressWorld.Collection)]
public sealed class ArchitectureTests(EgressWorld world)
{
    private const string ClusterAtTheCaller = "cluster.kri_msvc_default_west__server_8080";
    private const string InboundHandshakes = "listener.self_inbound_dp_main.ssl.handshake";
    private const string ClusterPassedOn = "cluster.kri_msvc_default_west__server_main";

    [Fact]
    public async Task Policy_WrittenInGlobal_IsInForceInBothZones()
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        await world.East.UntilAsync(403, "in east without a permission");
        await world.West.UntilAsync(403, "in west without a permission");

        await world.Global.Api.ApplyAsync(TwoZones.Permission("gates", EgressWorld.Gate, "client"));
        await world.East.UntilAsync(200, "in east with the permission");
        await world.West.UntilAsync(200, "in west with the permission");

        await world.Global.Api.DeleteAsync("/meshes/default/meshtrafficpermissions/gates");
        await world.East.UntilAsync(403, "in east after its deletion");
        await world.West.UntilAsync(403, "in west after its deletion");
    }

    [Fact]
    public async Task Call_ToAnotherZone_TakesSixHopsAndIsPlainOnlyOnTheFirstAndTheLast()
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        const int Calls = 20;
        var (application, server) = world.Server;
        var (egressBefore, ingressBefore) = (await PassedOnAsync(world.Egress), await PassedOnAsync(world.Ingress));
        var handshakes = await server.StatAsync(InboundHandshakes);
        await world.Global.Api.ApplyAsync(TwoZones.Permission("travellers", "server", "traveller"));
        var caller = await world.AddCallerOfServerAsync("traveller");
        await caller.UntilAsync(200, "through egress and ingress");

        // The first hop and the last are plain: caller and application know nothing of TLS.
        var (sent, reached) = (await caller.Sidecar.StatAsync(ClusterAtTheCaller + ".upstream_rq_total"), application.Requests);
        for (var i = 0; i < Calls; i++)
        {
            Assert.Equal((200, "server-1"), await caller.CallAsync());
        }

        Assert.Equal(Calls, application.Requests - reached);
        Assert.Equal(Calls, await caller.Sidecar.StatAsync(ClusterAtTheCaller + ".upstream_rq_total") - sent);

        // The others are TLS between the two sidecars, of which the zone proxies see the server name alone.
        Assert.True(await caller.Sidecar.StatAsync(ClusterAtTheCaller + ".ssl.handshake") > 0, "the caller shook hands");
        Assert.True(await server.StatAsync(InboundHandshakes) > handshakes, "the server shook hands");
        PassedTls(egressBefore, await PassedOnAsync(world.Egress));
        PassedTls(ingressBefore, await PassedOnAsync(world.Ingress));

        Assert.Contains("spiffe://default.east.mesh.local/workload/traveller", application.ClientCertificate, StringComparison.Ordinal);
        Assert.Contains("spiffe://default.east.mesh.local/workload/traveller", await caller.Sidecar.SpiffeIdsAsync());
        Assert.Contains("spiffe://default.west.mesh.local/workload/server", await server.SpiffeIdsAsync());
    }

    [Fact]
    public async Task Resources_WrittenInGlobal_AreTheSameInBothZones()
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        foreach (var kind in (string[])["meshidentities", "meshtrafficpermissions"])
        {
            var written = await SpecsAsync(world.Global.Api, kind, origin: null);
            Assert.NotEmpty(written);
            foreach (var zone in (FederatedZone[])[world.Zones.East, world.Zones.West])
            {
                await Eventually.HoldsAsync(
                    async () => written.SequenceEqual(await SpecsAsync(zone.Api, kind, origin: "global")), $"{kind} of {zone.Name} are those of Global");
            }
        }
    }

    [Fact]
    public async Task Zone_StartedNext_TakesPartWithNothingElse()
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        await world.Global.Api.ApplyAsync(TwoZones.Permission("beacons", "beacon", "sailor"));

        await using var north = await FederatedZone.StartAsync("north", world.Global);
        await north.Proxies.AddServerAsync("beacon-1", "beacon");
        await north.Proxies.AddIngressAsync();

        var beacon = await TwoZones.SyncedNameAsync(world.Zones.East, "meshservices", "beacon");
        var caller = await world.Zones.East.Proxies.AddCallerAsync("sailor", $"{{kind: MeshService, name: {beacon}, port: 8080}}");
        await caller.UntilAsync(200, "in the zone that was added");
        Assert.Equal("beacon-1", (await caller.CallAsync()).Body);
    }

    /// <summary>What a zone proxy did: connections and bytes passed on, connections that were TLS or not, and handshakes of its own.</summary>
    private static async Task<(long Connections, long Bytes, long Tls, long Plain, long Handshakes)> PassedOnAsync(TestSidecar zoneProxy)
    {
        var handshakes = await zoneProxy.StatAsync(ClusterPassedOn + ".ssl.handshake");
        foreach (var listener in (string[])["self_zoneegress_dp_out", "self_zoneingress_dp_in"])
        {
            handshakes += await zoneProxy.StatAsync($"listener.{listener}.ssl.handshake");
        }

        return (
            await zoneProxy.StatAsync(ClusterPassedOn + ".upstream_cx_total"),
            await zoneProxy.StatAsync(ClusterPassedOn + ".upstream_cx_tx_bytes_total"),
            await zoneProxy.StatAsync("tls_inspector.tls_found"),
            await zoneProxy.StatAsync("tls_inspector.tls_not_found"),
            handshakes);
    }

    private static void PassedTls(
        (long Connections, long Bytes, long Tls, long Plain, long Handshakes) before, (long Connections, long Bytes, long Tls, long Plain, long Handshakes) after)
    {
        Assert.True(after.Connections > before.Connections, "a connection was passed on");
        Assert.True(after.Bytes > before.Bytes, "bytes were passed on");
        Assert.True(after.Tls > before.Tls, "what came was TLS");
        Assert.Equal(before.Plain, after.Plain);
        Assert.Equal(before.Handshakes, after.Handshakes);
    }

    private static async Task<IReadOnlyList<string>> SpecsAsync(MeshApi api, string kind, string? origin)
    {
        var list = await api.FindAsync($"/meshes/default/{kind}?size=1000");
        return [.. list!["items"]!.AsArray().OfType<JsonObject>()
            .Where(item => origin is null || (string?)item["labels"]?["kuma.io/origin"] == origin)
            .Select(item => $"{item["labels"]?["kuma.io/display-name"] ?? item["name"]} {item["spec"]!.ToJsonString()}").Order(StringComparer.Ordinal)];
    }
}
