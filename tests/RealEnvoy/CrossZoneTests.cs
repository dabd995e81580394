using Mesh.RealEnvoy.Meshes;
using Mesh.Testing;

namespace Mesh.RealEnvoy;

/// <summary>Calls between zones, with real Envoys at every hop; what zones know of each other is written by hand.</summary>
public sealed class CrossZoneTests
{
    private const string ServerInWest = "{kind: MeshService, name: server-west, port: 8080}";
    private const string ClusterInWest = "kri_msvc_default_west__server_main";

    [Fact]
    public async Task Call_ToAnotherZone_PassesItsIngressEncryptedFromEndToEnd()
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        await using var east = await TestZone.StartAsync("east");
        await using var west = await TestZone.StartAsync("west", "east");
        var (application, _) = await west.AddServerAsync("server-1", "server");
        var ingress = await west.AddIngressAsync();
        await ZoneCopies.CopyWhenAvailableAsync(west, east, "server");
        var caller = await east.AddCallerAsync("client", ServerInWest);

        await caller.UntilAsync(200, "through the ingress");

        Assert.Equal("server-1", (await caller.CallAsync()).Body);
        Assert.Contains("spiffe://default.east.mesh.local/workload/client", application.ClientCertificate, StringComparison.Ordinal);
        Assert.True(await ingress.StatAsync($"cluster.{ClusterInWest}.upstream_cx_total") > 0, "the ingress passed a connection on");
    }

    [Fact]
    public async Task Call_ThroughEgressAndIngress_IsEndedByNeither()
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        await using var east = await TestZone.StartAsync("east");
        await using var west = await TestZone.StartAsync("west", "east");
        await east.Api.ApplyAsync("type: Mesh\nname: default\nrouting: {zoneEgress: true}");
        var (application, server) = await west.AddServerAsync("server-1", "server");
        var ingress = await west.AddIngressAsync();
        await ZoneCopies.CopyWhenAvailableAsync(west, east, "server");
        var caller = await east.AddCallerAsync("client", ServerInWest);
        await caller.UntilAsync(503, "without an egress");

        var egress = await east.AddEgressAsync();
        await caller.UntilAsync(200, "through egress and ingress");

        Assert.Contains("spiffe://default.east.mesh.local/workload/client", application.ClientCertificate, StringComparison.Ordinal);
        Assert.True(await egress.StatAsync($"cluster.{ClusterInWest}.upstream_cx_total") > 0, "the egress passed a connection on");
        Assert.True(await ingress.StatAsync($"cluster.{ClusterInWest}.upstream_cx_total") > 0, "the ingress passed a connection on");

        // Both ends speak TLS; what lies between decrypts nothing.
        Assert.True(await caller.Sidecar.StatAsync("cluster.kri_msvc_default_west__server_8080.ssl.handshake") > 0, "the caller shook hands");
        Assert.True(await server.StatAsync("listener.self_inbound_dp_main.ssl.handshake") > 0, "the server shook hands");
        Assert.Equal(0, await egress.StatAsync("listener.self_zoneegress_dp_out.ssl.handshake"));
        Assert.Equal(0, await ingress.StatAsync("listener.self_zoneingress_dp_in.ssl.handshake"));
    }

    [Fact]
    public async Task MultiZoneService_NobodyLeftInTheZone_IsServedByTheOtherUntilSomebodyIsBack()
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        await using var east = await TestZone.StartAsync("east", "east");
        await using var west = await TestZone.StartAsync("west", "east");
        foreach (var zone in new[] { east, west })
        {
            await zone.Api.ApplyAsync(
                """
                type: MeshMultiZoneService
                mesh: default
                name: everywhere
                spec:
                  selector: {meshService: {matchLabels: {kuma.io/display-name: server}}}
                  ports: [{name: main, port: 8080, appProtocol: http}]
                """);
        }

        await west.AddServerAsync("server-west", "server");
        await west.AddIngressAsync();
        var (_, local) = await east.AddServerAsync("server-east", "server", TimeSpan.FromSeconds(3));
        await ZoneCopies.UntilAsync(east, "server", isAvailable: true);
        await ZoneCopies.CopyWhenAvailableAsync(west, east, "server");
        var caller = await east.AddCallerAsync("client", "{kind: MeshMultiZoneService, name: everywhere, port: 8080}");
        await caller.UntilAsync(200, "at the start");

        await using var load = new CallerLoad(caller.Addresses[0]);
        await load.MoreAsync(100);
        Assert.Equal(["server-east"], load.Answers.Keys);

        await local.StopAsync();
        await Eventually.HoldsAsync(() => Task.FromResult(load.Answers.ContainsKey("server-west")), "the other zone takes over");

        await east.AddServerAsync("server-east-2", "server");
        await Eventually.HoldsAsync(() => Task.FromResult(load.Answers.ContainsKey("server-east-2")), "the zone serves itself again");
        await load.AssertNothingLostAsync();

        await using var afterwards = new CallerLoad(caller.Addresses[0]);
        await afterwards.MoreAsync(100);
        Assert.Equal(["server-east-2"], afterwards.Answers.Keys);
    }
}
