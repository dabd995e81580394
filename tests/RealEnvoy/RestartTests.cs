using Mesh.RealEnvoy.Meshes;
using Mesh.Testing;

namespace Mesh.RealEnvoy;

/// <summary>A control plane that dies takes no request with it, and a restart is not a change.</summary>
public sealed class RestartTests
{
    private static readonly string[] _updates =
    [
        "cluster_manager.cds.update_success",
        "listener_manager.lds.update_success",
        "cluster_manager.cds.update_rejected",
        "listener_manager.lds.update_rejected",
    ];

    [Fact]
    public async Task ControlPlane_KilledAndRestartedUnderLoad_LosesNoRequestAndSendsNothing()
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        await using var controlPlane = await ControlPlaneProcess.StartNewAsync();
        await controlPlane.Api.ApplyAsync(TwoSidecars.Identity);
        await controlPlane.Api.ApplyAsync(TwoSidecars.AllowClient);
        await using var mesh = await TwoSidecars.StartAsync(controlPlane.DataPlane, controlPlane.Api);
        await mesh.UntilAsync(200, "at the start");
        await SettledAsync(mesh.Client);
        await SettledAsync(mesh.Server);
        var before = await StateAsync(mesh);

        await using var load = new CallerLoad(mesh.Address);
        await load.MoreAsync(50);
        await controlPlane.KillAsync();
        await Eventually.HoldsAsync(async () => await mesh.Client.StatAsync("control_plane.connected_state") == 0, "the client noticed");
        await load.MoreAsync(50);
        await controlPlane.StartAsync();
        await Eventually.HoldsAsync(async () => await mesh.Client.StatAsync("control_plane.connected_state") == 1, "the client is back");
        await Eventually.HoldsAsync(async () => await mesh.Server.StatAsync("control_plane.connected_state") == 1, "the server is back");
        await AnsweredAsync(controlPlane, mesh);
        await RecognisedAsync(controlPlane);
        await load.MoreAsync(50);

        await load.AssertNothingLostAsync();
        Assert.Equal(before, await StateAsync(mesh));
    }

    /// <summary>Silence is no accident: both came back with what was recorded that they were given.</summary>
    private static async Task RecognisedAsync(ControlPlaneProcess controlPlane)
    {
        var streams = (await controlPlane.Api.FindAsync("/streams?mesh=default"))!["items"]!.AsArray();
        Assert.Equal(2, streams.Count);
        Assert.All(streams, stream => Assert.True(stream!["recognised"]!.GetValue<bool>(), $"not recognised: {stream.ToJsonString()}"));
    }

    /// <summary>What would change if a proxy received anything: its update counters and its certificate.</summary>
    private static async Task<string> StateAsync(TwoSidecars mesh)
    {
        var state = new List<string>();
        foreach (var (name, sidecar) in new[] { ("client", mesh.Client), ("server", mesh.Server) })
        {
            foreach (var counter in _updates)
            {
                state.Add($"{name} {counter}={await sidecar.StatAsync(counter)}");
            }

            state.Add($"{name} certificate {await sidecar.CertificateSerialsAsync()}");
        }

        return string.Join('\n', state);
    }

    /// <summary>Waits until a proxy's counters stand still, so that what was still on its way is not taken for what a restart sent.</summary>
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

    /// <summary>
    /// A change made after the restart has reached both proxies: whatever the restart itself would have sent was sent before.
    /// It concerns neither proxy's own resources, so it moves no counter that is compared.
    /// </summary>
    private static async Task AnsweredAsync(ControlPlaneProcess controlPlane, TwoSidecars mesh)
    {
        await Eventually.HoldsAsync(
            async () => await controlPlane.Api.FindAsync("/meshes/default/dataplanes/server-1") is not null, "the Dataplane is there");
        await SettledAsync(mesh.Client);
        await SettledAsync(mesh.Server);
    }
}
