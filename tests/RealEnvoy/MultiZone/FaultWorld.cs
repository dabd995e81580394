using System.Diagnostics;
using System.Globalization;
using Mesh.RealEnvoy.Meshes;
using Mesh.Testing;

namespace Mesh.RealEnvoy.MultiZone;

/// <summary>
/// The mesh to which faults are done: Global and two zones; in west a server, a local caller, and the zone's ingress; in east a caller of that
/// server, whose way leads through the egress of east. Certificates live 20 s, so that their renewal falls into every fault.
/// </summary>
public sealed class FaultWorld : IAsyncLifetime
{
    private const string Probe = "probe";

    private readonly List<string> _rows = [];
    private int _joined;

    public TwoZones Zones { get; private set; } = null!;

    public ProxyProcess Ingress { get; private set; } = null!;

    public ProxyProcess Egress { get; private set; } = null!;

    public TestCaller Local { get; private set; } = null!;

    public TestCaller Far { get; private set; } = null!;

    public ControlPlaneProcess Global => Zones.Global;

    public FederatedZone West => Zones.West;

    public async ValueTask InitializeAsync()
    {
        if (EnvoyBinary.Path is null)
        {
            return;
        }

        Zones = await TwoZones.StartAsync(zoneEgress: true, certificateLife: "20s");
        await West.Proxies.AddServerAsync("server-1", "server");
        await West.Proxies.AddServerAsync("probe-1", Probe);
        Ingress = await West.Proxies.AddIngressProcessAsync();
        Egress = await Zones.East.Proxies.AddEgressProcessAsync();
        Local = await West.Proxies.AddCallerAsync("client", "{kind: MeshService, name: server, port: 8080}", "{kind: MeshService, name: probe, port: 8080}");
        var synced = await TwoZones.SyncedNameAsync(Zones.East, "meshservices", "server");
        Far = await Zones.East.Proxies.AddCallerAsync("client", $"{{kind: MeshService, name: {synced}, port: 8080}}");
        await Local.UntilAsync(200, "in the zone");
        await Far.UntilAsync(200, "from zone to zone");
    }

    public async ValueTask DisposeAsync()
    {
        if (Zones is not null)
        {
            WriteReport();
            await Zones.DisposeAsync();
        }
    }

    /// <summary>Does a fault under load and tells what it costs.</summary>
    /// <param name="fault">Its name in the report.</param>
    /// <param name="inject">Begins it.</param>
    /// <param name="heal">Ends it.</param>
    /// <param name="joinsMeanwhile">A new workload must be able to join while it lasts; else as soon as it is over.</param>
    /// <param name="losesFarCalls">Calls between zones may fail until it is over.</param>
    public async Task RunAsync(string fault, Func<Task> inject, Func<Task> heal, bool joinsMeanwhile = true, bool losesFarCalls = false)
    {
        await using var local = new CallerLoad(Local.Addresses[0], callers: 2, TimeSpan.FromMilliseconds(5));
        await using var far = new CallerLoad(Far.Addresses[0], callers: 2, TimeSpan.FromMilliseconds(5));
        await MoreAsync(local, far, 20);
        var renewed = await RenewedAsync(await Local.Sidecar.CertificateSerialsAsync());

        var start = Stopwatch.GetTimestamp();
        var join = TimeSpan.Zero;
        try
        {
            await inject();
            await MoreAsync(local, losesFarCalls ? null : far, 50);
            if (joinsMeanwhile)
            {
                join = await JoinAsync();
                await RenewedAsync(renewed);
            }
        }
        finally
        {
            // Also after a failure: the next fault is done to a mesh that is whole.
            await heal();
        }

        var length = Stopwatch.GetElapsedTime(start);
        if (!joinsMeanwhile)
        {
            join = await JoinAsync();
            await RenewedAsync(renewed);
        }

        var policy = await FollowsGlobalAsync();
        await MoreAsync(local, far, 50);
        var lost = await local.StopAsync();
        var lostFar = await far.StopAsync();
        _rows.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"| {fault} | {length.TotalSeconds:0.0} s | {lost.Count} of {lost.Count + local.Succeeded} | {AcrossZones(far, lostFar.Count)} | {(joinsMeanwhile ? "meanwhile" : "afterwards")}, {join.TotalSeconds:0.0} s | {(joinsMeanwhile ? "meanwhile" : "afterwards")} | {policy.TotalMilliseconds:0} ms |"));
        TestContext.Current.TestOutputHelper?.WriteLine($"{lostFar.Count} calls between zones failed:\n{Grouped(lostFar)}");
        Assert.True(lost.Count == 0, $"{lost.Count} calls in the zone failed:\n" + Grouped(lost));
        Assert.True(losesFarCalls || lostFar.Count == 0, $"{lostFar.Count} calls between zones failed:\n" + Grouped(lostFar));
    }

    private static string Grouped(IEnumerable<string> failures) =>
        string.Join('\n', failures.GroupBy(failure => failure).Select(group => $"{group.Count()} x {group.Key}"));

    private static string AcrossZones(CallerLoad far, int lost) => string.Create(
        CultureInfo.InvariantCulture, $"{lost} of {lost + far.Succeeded}{(lost == 0 ? "" : $", over {far.Outage.TotalSeconds:0.0} s")}");

    private static async Task MoreAsync(CallerLoad local, CallerLoad? far, int calls)
    {
        var (target, farTarget) = (local.Succeeded + calls, (far?.Succeeded ?? 0) + calls);
        await Eventually.HoldsAsync(
            () => Task.FromResult(local.Succeeded >= target && (far is null || far.Succeeded >= farTarget)),
            () => $"{calls} more calls; in the zone {local.Succeeded} answered, {local.Failed} failed; between zones {far?.Succeeded} answered, {far?.Failed} failed");
    }

    private async Task<string> RenewedAsync(string before)
    {
        var now = before;
        await Eventually.HoldsAsync(async () => (now = await Local.Sidecar.CertificateSerialsAsync()) != before, "the certificate is renewed");
        return now;
    }

    /// <summary>A workload that the zone has not seen before joins, takes calls, and leaves.</summary>
    private async Task<TimeSpan> JoinAsync()
    {
        var start = Stopwatch.GetTimestamp();
        var name = $"late-{++_joined}";
        var (_, sidecar) = await West.Proxies.AddServerAsync(name, name);
        Assert.Contains($"spiffe://default.west.mesh.local/workload/{name}", await sidecar.SpiffeIdsAsync());
        var time = Stopwatch.GetElapsedTime(start);
        await sidecar.StopAsync();
        return time;
    }

    /// <summary>A permission written in Global comes into force in the zone, and its deletion too.</summary>
    /// <returns>How long it took to come into force.</returns>
    private async Task<TimeSpan> FollowsGlobalAsync()
    {
        await Local.UntilAsync(403, "without a permission", destination: 1);
        var start = Stopwatch.GetTimestamp();
        await Global.Api.ApplyAsync(TwoZones.Permission(Probe, Probe, "client"));
        await Local.UntilAsync(200, "with a permission written in Global", destination: 1);
        var time = Stopwatch.GetElapsedTime(start);
        await Global.Api.DeleteAsync("/meshes/default/meshtrafficpermissions/" + Probe);
        await Local.UntilAsync(403, "when the permission is deleted in Global", destination: 1);
        return time;
    }

    private void WriteReport()
    {
        string[] lines =
        [
            "| fault | lasted | calls in the zone that failed | calls between zones that failed | new workload joins | certificates renew | policy of Global in force afterwards |",
            "|---|---|---|---|---|---|---|",
            .. _rows,
        ];
        var file = Path.Combine(SharedFolder.RepositoryRoot, "artifacts", "fault-matrix.md");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllLines(file, lines);
    }
}
