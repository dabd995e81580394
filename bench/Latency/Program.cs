using System.Diagnostics;
using Mesh.Latency;
using Mesh.RealEnvoy.Meshes;
using Mesh.Sidecar;
using Mesh.Testing;

// What a user waits for, with real Envoys on this machine. Reported, never judged: machines are shared and noisy.
// --global: a policy is written in Global, and calls are made in a zone.
const int Tries = 20;
if (EnvoyBinary.Path is null)
{
    Console.Error.WriteLine(EnvoyBinary.SkipReason);
    return 3;
}

Report.Load();
if (args is ["--global"])
{
    await GlobalPolicy.MeasureAsync(Tries);
    Report.Load();
    return 0;
}

var start = Stopwatch.GetTimestamp();
await using var controlPlane = await ControlPlaneProcess.StartNewAsync();
Report.Times("control plane, start to ready", [Stopwatch.GetElapsedTime(start)]);
await controlPlane.Api.ApplyAsync(TwoSidecars.Identity);
foreach (var keep in (KeepConfiguration[])[KeepConfiguration.Off, KeepConfiguration.Disk])
{
    // What the relay between Envoy and control plane costs is the difference.
    Console.WriteLine($"--keep-config {keep.ToString().ToLowerInvariant()}");
    await MeasureAsync(keep);
}

Report.Load();
return 0;

async Task MeasureAsync(KeepConfiguration keep)
{
    start = Stopwatch.GetTimestamp();
    await using var mesh = await TwoSidecars.StartAsync(controlPlane.DataPlane, controlPlane.Api, keep);
    Report.Times("two sidecars one after the other, start to ready (both)", [Stopwatch.GetElapsedTime(start)]);
    await mesh.UntilAsync(403, "before any permission");

    var sidecars = new List<TimeSpan>();
    for (var i = 0; i < 5; i++)
    {
        start = Stopwatch.GetTimestamp();
        var (_, sidecar) = await mesh.AddServerAsync($"more-{i}", $"127.0.0.{10 + i}");
        sidecars.Add(Stopwatch.GetElapsedTime(start));
        await sidecar.StopAsync();
    }

    Report.Times("one more sidecar with its application, start to ready", sidecars);

    var allowed = new List<TimeSpan>();
    var denied = new List<TimeSpan>();
    for (var i = 0; i < Tries; i++)
    {
        allowed.Add(await TimeAsync(mesh, () => controlPlane.Api.ApplyAsync(TwoSidecars.AllowClient), 200));
        denied.Add(await TimeAsync(mesh, () => controlPlane.Api.DeleteAsync("/meshes/default/meshtrafficpermissions/client-may-call"), 403));
    }

    Report.Times("permission written until the first allowed call", allowed);
    Report.Times("permission deleted until the first denied call", denied);
}

static async Task<TimeSpan> TimeAsync(TwoSidecars mesh, Func<Task> change, int status)
{
    var begin = Stopwatch.GetTimestamp();
    await change();
    await mesh.UntilAsync(status, "after the change");
    return Stopwatch.GetElapsedTime(begin);
}
