using System.Diagnostics;
using System.Globalization;
using Mesh.RealEnvoy.Meshes;
using Mesh.Testing;

namespace Mesh.RealEnvoy.MultiZone;

/// <summary>
/// A zone whose control plane has a wrong clock, between a Global, a zone and Envoys with the right one: a row of the fault matrix. The figures are added to
/// <c>artifacts/fault-matrix-clocks.md</c>.
/// </summary>
public sealed class ZoneClockTests
{
    [Theory]
    [InlineData("zone whose clock is an hour behind", -1)]
    [InlineData("zone whose clock is an hour ahead", 1)]
    public async Task Zone_WithAWrongClock_LosesNoCall(string fault, int hours)
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        await using var global = await TwoZones.StartGlobalAsync();
        await using var east = await FederatedZone.StartAsync("east", global);
        await using var controlPlane = await TestControlPlane.StartAsync(
            new OffsetClock(TimeSpan.FromHours(hours)),
            loggers: null,
            ("multizone.zone.name", "west"),
            ("multizone.zone.globalAddress", global.Zones),
            ("multizone.zone.kds.tlsSkipVerify", "true"),
            ("multizone.zone.kds.auth.cpTokenInline", await global.Api.ZoneTokenAsync("west")));
        await FederatedZone.IsOnlineAsync(global, "west");
        await controlPlane.IsReadyAsync();
        await using var west = TestZone.Of("west", controlPlane.Api, controlPlane.DataPlane);
        await west.AddServerAsync("server-1", "server");
        await west.AddServerAsync("probe-1", "probe");
        await west.AddIngressAsync();
        var local = await west.AddCallerAsync("client", "{kind: MeshService, name: server, port: 8080}", "{kind: MeshService, name: probe, port: 8080}");
        var far = await east.Proxies.AddCallerAsync(
            "client", $"{{kind: MeshService, name: {await TwoZones.SyncedNameAsync(east, "meshservices", "server")}, port: 8080}}");
        await local.UntilAsync(200, "in the zone");
        await far.UntilAsync(200, "from zone to zone");

        var start = Stopwatch.GetTimestamp();
        await using var inZone = new CallerLoad(local.Addresses[0], callers: 2, TimeSpan.FromMilliseconds(5));
        await using var between = new CallerLoad(far.Addresses[0], callers: 2, TimeSpan.FromMilliseconds(5));
        await MoreAsync(inZone, between);
        var joined = await JoinAsync(west);
        await RenewAsync(global, local.Sidecar);
        await MoreAsync(inZone, between);
        var policy = await FollowsGlobalAsync(global, local);
        await MoreAsync(inZone, between);
        var (lost, lostBetween) = (await inZone.StopAsync(), await between.StopAsync());

        Report(string.Create(
            CultureInfo.InvariantCulture,
            $"| {fault} | {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s | {lost.Count} of {lost.Count + inZone.Succeeded} | {lostBetween.Count} of {lostBetween.Count + between.Succeeded} | meanwhile, {joined.TotalSeconds:0.0} s | meanwhile | {policy.TotalMilliseconds:0} ms |"));
        Assert.Empty(lost);
        Assert.Empty(lostBetween);
    }

    private static async Task MoreAsync(CallerLoad local, CallerLoad far)
    {
        var (target, farTarget) = (local.Succeeded + 50, far.Succeeded + 50);
        await Eventually.HoldsAsync(() => Task.FromResult(local.Succeeded >= target && far.Succeeded >= farTarget), "more calls are answered");
    }

    private static async Task<TimeSpan> JoinAsync(TestZone west)
    {
        var start = Stopwatch.GetTimestamp();
        var (_, sidecar) = await west.AddServerAsync("late-1", "late-1");
        Assert.Contains("spiffe://default.west.mesh.local/workload/late-1", await sidecar.SpiffeIdsAsync());
        return Stopwatch.GetElapsedTime(start);
    }

    /// <summary>Certificates of another length of life are other certificates.</summary>
    private static async Task RenewAsync(ControlPlaneProcess global, TestSidecar sidecar)
    {
        var before = await sidecar.CertificateSerialsAsync();
        await global.Api.ApplyAsync(TwoZones.Identity("23h"));
        await Eventually.HoldsAsync(async () => await sidecar.CertificateSerialsAsync() != before, "the certificate is renewed");
    }

    private static async Task<TimeSpan> FollowsGlobalAsync(ControlPlaneProcess global, TestCaller caller)
    {
        await caller.UntilAsync(403, "without a permission", destination: 1);
        var start = Stopwatch.GetTimestamp();
        await global.Api.ApplyAsync(TwoZones.Permission("probe", "probe", "client"));
        await caller.UntilAsync(200, "with a permission written in Global", destination: 1);
        return Stopwatch.GetElapsedTime(start);
    }

    private static void Report(string row)
    {
        var file = Path.Combine(SharedFolder.RepositoryRoot, "artifacts", "fault-matrix-clocks.md");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.AppendAllLines(file, [row]);
    }
}
