using System.Diagnostics;
using Mesh.RealEnvoy.Meshes;
using Mesh.RealEnvoy.MultiZone;

namespace Mesh.Latency;

/// <summary>From a policy that is written in Global until it is in force at a real Envoy in a zone.</summary>
internal static class GlobalPolicy
{
    private const string Called = "probe";

    /// <summary>Gives a permission and takes it back, some times, and reports how long calls in the zone took to follow.</summary>
    public static async Task MeasureAsync(int tries)
    {
        await using var zones = await TwoZones.StartAsync();
        var east = zones.East.Proxies;
        await east.AddServerAsync("probe-1", Called);
        var caller = await east.AddCallerAsync("client", $"{{kind: MeshService, name: {Called}, port: {TestZone.ServicePort}}}");
        await caller.UntilAsync(403, "before any permission");

        var allowed = new List<TimeSpan>();
        var denied = new List<TimeSpan>();
        for (var i = 0; i < tries; i++)
        {
            allowed.Add(await TimeAsync(caller, () => zones.Global.Api.ApplyAsync(TwoZones.Permission(Called, Called, "client")), 200));
            denied.Add(await TimeAsync(caller, () => zones.Global.Api.DeleteAsync("/meshes/default/meshtrafficpermissions/" + Called), 403));
        }

        Report.Times("permission written in Global until the first allowed call", allowed);
        Report.Times("permission deleted in Global until the first denied call", denied);
    }

    private static async Task<TimeSpan> TimeAsync(TestCaller caller, Func<Task> change, int status)
    {
        var begin = Stopwatch.GetTimestamp();
        await change();
        await caller.UntilAsync(status, "after the change");
        return Stopwatch.GetElapsedTime(begin);
    }
}
