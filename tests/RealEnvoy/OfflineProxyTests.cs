using System.Diagnostics;
using System.Globalization;
using Mesh.RealEnvoy.Meshes;
using Mesh.Sidecar;
using Mesh.Testing;

namespace Mesh.RealEnvoy;

/// <summary>The control plane is gone, and proxies start all the same: with what they had, until it is back.</summary>
public sealed class OfflineProxyTests
{
    private static readonly string[] _updates =
    [
        "cluster_manager.cds.update_success",
        "listener_manager.lds.update_success",
        "cluster_manager.cds.update_rejected",
        "listener_manager.lds.update_rejected",
    ];

    [Theory]
    [InlineData(KeepConfiguration.Memory)]
    [InlineData(KeepConfiguration.Disk)]
    public async Task Envoys_KilledWhileTheControlPlaneIsGone_ComeBackWithTheirIdentity(KeepConfiguration keep)
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        await using var controlPlane = await ControlPlaneProcess.StartNewAsync();
        await using var mesh = await StartMeshAsync(controlPlane, keep);
        var certificates = await CertificatesAsync(mesh);
        await controlPlane.KillAsync();

        var start = Stopwatch.GetTimestamp();
        mesh.Client.KillEnvoy();
        mesh.Server.KillEnvoy();
        await mesh.UntilAsync(200, "after both Envoys were killed");
        Report("both Envoys killed until the first answered call", Stopwatch.GetElapsedTime(start));

        Assert.Equal(certificates, await CertificatesAsync(mesh));
        Assert.Contains(await mesh.Client.SpiffeIdsAsync(), id => id.EndsWith("/workload/client", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sidecars_RestartedWhileTheControlPlaneIsGone_ServeAndGetNothingAgainWhenItIsBack()
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        await using var controlPlane = await ControlPlaneProcess.StartNewAsync();
        await using var mesh = await StartMeshAsync(controlPlane, KeepConfiguration.Disk);
        var certificates = await CertificatesAsync(mesh);
        await controlPlane.KillAsync();
        await mesh.Client.StopAsync();
        await mesh.Server.StopAsync();

        var start = Stopwatch.GetTimestamp();
        await mesh.Server.StartAgainAsync();
        await mesh.Client.StartAgainAsync();
        await mesh.UntilAsync(200, "after both sidecars were restarted");
        Report("two sidecars started one after the other from saved configuration", Stopwatch.GetElapsedTime(start));
        Assert.Equal(certificates, await CertificatesAsync(mesh));
        var before = await StateAsync(mesh);

        var back = DateTimeOffset.UtcNow;
        await controlPlane.StartAsync();
        await IsConnectedSinceAsync(controlPlane, "client-1", back);
        await IsConnectedSinceAsync(controlPlane, "server-1", back);
        await SettledAsync(mesh.Client);
        await SettledAsync(mesh.Server);
        Assert.Equal(before, await StateAsync(mesh));
        Assert.Equal(certificates, await CertificatesAsync(mesh));

        await controlPlane.Api.DeleteAsync("/meshes/default/meshtrafficpermissions/client-may-call");
        await mesh.UntilAsync(403, "after the permission was taken back");
    }

    [Fact]
    public async Task Permission_TakenBackWhileTheSidecarWasDown_HoldsWhenTheControlPlaneIsBack()
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        await using var controlPlane = await ControlPlaneProcess.StartNewAsync();
        await using var mesh = await StartMeshAsync(controlPlane, KeepConfiguration.Disk);
        await mesh.Server.StopAsync();
        await controlPlane.Api.DeleteAsync("/meshes/default/meshtrafficpermissions/client-may-call");
        await controlPlane.KillAsync();
        await mesh.Server.StartAgainAsync();
        await mesh.UntilAsync(200, "with the saved permission");

        var start = Stopwatch.GetTimestamp();
        await controlPlane.StartAsync();
        Report("control plane started until ready", Stopwatch.GetElapsedTime(start));
        await mesh.UntilAsync(403, "when the control plane is back");
        Report("control plane started until its newer permission holds", Stopwatch.GetElapsedTime(start));
    }

    [Fact]
    public async Task Sidecar_RestartedWithTheControlPlane_GetsTheNewestAtOnce()
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        await using var controlPlane = await ControlPlaneProcess.StartNewAsync();
        await using var mesh = await StartMeshAsync(controlPlane, KeepConfiguration.Disk);
        await mesh.Server.StopAsync();
        await controlPlane.Api.DeleteAsync("/meshes/default/meshtrafficpermissions/client-may-call");

        await mesh.Server.StartAgainAsync();

        // The first call that reaches it, and not one of the former configuration before.
        await Eventually.HoldsAsync(async () => await mesh.CallAsync() is var status && (status == 200 ? throw Stale() : status == 403), "403 at once");
    }

    private static InvalidOperationException Stale() => new("the saved configuration was used although the control plane is there");

    private static async Task<TwoSidecars> StartMeshAsync(ControlPlaneProcess controlPlane, KeepConfiguration keep)
    {
        await controlPlane.Api.ApplyAsync(TwoSidecars.Identity);
        await controlPlane.Api.ApplyAsync(TwoSidecars.AllowClient);
        var mesh = await TwoSidecars.StartAsync(controlPlane.DataPlane, controlPlane.Api, keep);
        try
        {
            await mesh.UntilAsync(200, "at the start");
            await SettledAsync(mesh.Client);
            await SettledAsync(mesh.Server);
            return mesh;
        }
        catch
        {
            await mesh.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until a proxy's counters stand still.</summary>
    private static async Task SettledAsync(TestSidecar sidecar)
    {
        var last = "";
        var same = 0;
        await Eventually.HoldsAsync(
            async () =>
            {
                var now = await sidecar.AdminAsync("/stats?filter=update_success");
                same = now == last ? same + 1 : 0;
                last = now;
                await Task.Delay(50);
                return same >= 10;
            },
            "the proxy has all that it is to have");
    }

    /// <summary>Waits until a proxy has a stream that began after a moment.</summary>
    private static Task IsConnectedSinceAsync(ControlPlaneProcess controlPlane, string proxy, DateTimeOffset since) => Eventually.HoldsAsync(
        async () =>
        {
            var overview = await controlPlane.Api.FindAsync($"/meshes/default/dataplanes/{proxy}/_overview");
            var last = overview?["dataplaneInsight"]?["subscriptions"]?.AsArray().LastOrDefault();
            return last?["connectTime"] is { } time && DateTimeOffset.Parse((string)time!, CultureInfo.InvariantCulture) >= since && last["disconnectTime"] is null;
        },
        $"{proxy} is connected");

    private static async Task<string> CertificatesAsync(TwoSidecars mesh) =>
        await mesh.Client.CertificateSerialsAsync() + " " + await mesh.Server.CertificateSerialsAsync();

    private static async Task<(Counters Client, Counters Server)> StateAsync(TwoSidecars mesh) =>
        (await CountersAsync(mesh.Client), await CountersAsync(mesh.Server));

    private static async Task<Counters> CountersAsync(TestSidecar sidecar) => new(
        await sidecar.StatAsync(_updates[0]) + await sidecar.StatAsync(_updates[2]),
        await sidecar.StatAsync(_updates[1]) + await sidecar.StatAsync(_updates[3]));

    private static void Report(string what, TimeSpan time) => TestContext.Current.SendDiagnosticMessage($"{what}: {time.TotalMilliseconds:0} ms");

    private sealed record Counters(long Clusters, long Listeners);
}
