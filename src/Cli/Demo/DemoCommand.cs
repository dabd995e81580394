using System.CommandLine;
using System.Globalization;
using Mesh.Cli.Client;
using Mesh.Cli.Commands;
using Mesh.Cli.Demo.Zones;
using Mesh.Server.Hosting;
using Mesh.Server.Settings;
using Mesh.Sidecar;
using Mesh.Sidecar.Envoys;
using Microsoft.Extensions.Logging;

namespace Mesh.Cli.Demo;

/// <summary><c>mesh demo</c>: a control plane, three services with sidecars, identity, least privilege and live calls.</summary>
internal static class DemoCommand
{
    private static readonly Dictionary<string, string> _settings = new(StringComparer.Ordinal)
    {
        ["store.type"] = "memory",
        ["apiServer.http.port"] = "0",
        ["apiServer.https.port"] = "0",
        ["dpServer.port"] = "0",
        ["diagnostics.serverPort"] = "0",
    };

    public static Command Create(CommandContext context)
    {
        var envoy = new Option<string>("--envoy-path") { Description = "Envoy's program (default: envoy on PATH)", DefaultValueFactory = _ => "envoy" };
        var calls = new Option<int>("--calls") { Description = "Stop after so many rounds of calls (default: until Ctrl-C)" };
        var interval = new Option<double>("--interval") { Description = "Seconds between rounds", DefaultValueFactory = _ => 1 };
        var zones = new Option<int>("--zones") { Description = $"Run a global control plane and so many zones, from {ZonesDemoRun.Fewest} to {ZonesDemoRun.Most} (default: one control plane alone)" };
        var script = new Option<string?>("--script") { Description = "With --zones: steps to take instead of keys, e.g. \"kill check-in-api; wait 5s; start check-in-api; kill zone-1; wait 5s\"" };
        var command = new Command("demo", "Run a small mesh on this machine and watch its calls") { envoy, calls, interval, zones, script };
        CommandContext.SetAction(command, async (result, cancellationToken) =>
        {
            var output = result.InvocationConfiguration.Output;
            var options = new ZonesDemoOptions(
                result.GetValue(zones), result.GetValue(script), result.GetValue(calls), TimeSpan.FromSeconds(result.GetValue(interval)));
            Check(options);
            try
            {
                // Looked for first, so that a machine without Envoy is told at once and nothing is started for nothing.
                var program = EnvoyLocator.Find(result.GetValue(envoy)!, Environment.GetEnvironmentVariable("PATH") ?? "");
                using var stop = new StopSignal(cancellationToken);
                return options.Zones == 0
                    ? await RunAsync(context, program, options.Calls, options.Interval, output, stop.Requested)
                    : await ZonesDemoRun.RunAsync(context, options, program, output, stop.Requested);
            }
            catch (SidecarException e)
            {
                throw new CliException(e.Message, e.ExitCode);
            }
        });
        return command;
    }

    private static void Check(ZonesDemoOptions options)
    {
        if (options.Zones is not 0 and (< ZonesDemoRun.Fewest or > ZonesDemoRun.Most))
        {
            throw new CliException($"--zones: from {ZonesDemoRun.Fewest} to {ZonesDemoRun.Most}", ExitCodes.Usage);
        }

        if (options.Script is not null && options.Zones == 0)
        {
            throw new CliException("--script goes with --zones", ExitCodes.Usage);
        }
    }

    private static async Task<int> RunAsync(
        CommandContext context, string envoy, int calls, TimeSpan interval, TextWriter output, CancellationToken stop)
    {
        using var loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Error).AddSimpleConsole(c => c.SingleLine = true));
        var settings = SettingsLoader.Load(new SettingsSources { Flags = _settings }).Settings;
        try
        {
            await using var controlPlane = await ControlPlane.StartAsync(settings, loggers, context.Clock, stop);
            await output.WriteLineAsync($"control plane   {controlPlane.Addresses.Http}");
            using var api = new ApiClient(new ControlPlaneAddress(controlPlane.Addresses.Http!, null, null, false));
            await using var mesh = await DemoMesh.StartAsync(controlPlane.Addresses.DataPlane, api, context.Catalog, envoy, loggers, stop);
            await output.WriteLineAsync("sidecars        passenger-portal, check-in-api, flight-control");
            await output.WriteLineAsync("identity        SPIFFE certificates for all; allowed: passenger-portal to check-in-api to flight-control");
            await output.WriteLineAsync();
            return await WatchAsync(mesh, calls, interval, context.Clock, output, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCodes.Success;
        }
    }

    private static async Task<int> WatchAsync(
        DemoMesh mesh, int calls, TimeSpan interval, TimeProvider clock, TextWriter output, CancellationToken stop)
    {
        var unexpected = 0;
        for (var round = 1; calls == 0 || round <= calls; round++)
        {
            unexpected += await ShowAsync("portal -> check-in -> flight-control", await mesh.CallThroughAsync(stop), 200, clock, output);
            unexpected += await ShowAsync("portal -> flight-control (no permission)", await mesh.CallShortcutAsync(stop), 403, clock, output);
            if (round != calls)
            {
                await Task.Delay(interval, clock, stop);
            }
        }

        return unexpected == 0 ? ExitCodes.Success : ExitCodes.Failed;
    }

    private static async Task<int> ShowAsync(string route, DemoCall call, int expected, TimeProvider clock, TextWriter output)
    {
        var isExpected = call.Status == expected;
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{clock.GetLocalNow():HH:mm:ss}  {route,-42} {call.Status,3}  {call.Elapsed.TotalMilliseconds,7:0.0} ms{(isExpected ? "" : "  " + call.Body)}"));
        return isExpected ? 0 : 1;
    }
}
