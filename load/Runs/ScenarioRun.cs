using System.Globalization;
using Mesh.Load.Measuring;
using Mesh.Load.Reports;
using Mesh.Load.Scenarios;
using Mesh.Load.Servers;
using Mesh.Load.Zones;

namespace Mesh.Load.Runs;

/// <summary>A scenario from its first server to its report.</summary>
internal static class ScenarioRun
{
    /// <summary>Runs it.</summary>
    public static async Task<RunReport> RunAsync(Scenario scenario, TextWriter output, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetUtcNow();
        var load = LoadAverage();
        await output.WriteLineAsync($"{scenario.Name}: {scenario.Title} ({scenario.Fleet.Proxies} proxies, load average {load.ToString("0.0", CultureInfo.InvariantCulture)})");
        var floor = scenario.FloorBytes == 0 ? null : await KernelFloor.MeasureAsync(
            ReferenceMaterial.PathOf("tools/floor/fan.c"),
            scenario.Fleet.Proxies / scenario.Fleet.StreamsPerConnection,
            scenario.FloorBytes * scenario.Fleet.StreamsPerConnection,
            cancellationToken);
        if (floor is not null)
        {
            await output.WriteLineAsync(FormattableString.Invariant($"  floor: {floor.MeanMilliseconds:0.0} ms mean, {floor.BestMilliseconds:0.0} ms best, {floor.CpuMicroseconds:0.0} us per send"));
        }

        var servers = new List<ServerReport>();
        foreach (var spec in scenario.Servers)
        {
            try
            {
                await using var server = await ServerStarter.StartAsync(spec, scenario, cancellationToken);
                servers.Add(await RunAsync(scenario, server, output, cancellationToken));
            }
            catch (Exception fault) when (servers.Count > 0 && fault is HttpRequestException or IOException or InvalidOperationException or TimeoutException)
            {
                // What the first one did stands, whatever becomes of those beside it.
                await output.WriteLineAsync($"  {spec.Label}: {fault.Message}");
                servers.Add(ServerReport.Of(spec.Label, failure: fault.Message));
            }
        }

        return new RunReport
        {
            Began = began,
            Scenario = scenario,
            LoadAverage = load,
            Floor = floor,
            Servers = servers,
            Verdicts = Verdict.Judge(scenario, servers, floor),
        };
    }

    private static async Task<ServerReport> RunAsync(Scenario scenario, IServerUnderTest server, TextWriter output, CancellationToken cancellationToken)
    {
        if (scenario.Zones is null)
        {
            return await new ServerRun(scenario, server, output).RunAsync(cancellationToken);
        }

        using var zones = new ZoneFleet(server.Discovery, scenario.Zones);
        return await new ZonesRun(scenario, server, zones, output).RunAsync(cancellationToken);
    }

    private static double LoadAverage() =>
        double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);
}
