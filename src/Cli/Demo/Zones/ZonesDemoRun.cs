using System.Globalization;
using Mesh.Cli.Commands;
using Mesh.Sidecar;
using Microsoft.Extensions.Logging;

namespace Mesh.Cli.Demo.Zones;

/// <summary><c>mesh demo --zones N</c> from its start to its end.</summary>
internal static class ZonesDemoRun
{
    /// <summary>Fewest and most zones.</summary>
    public const int Fewest = 2, Most = 5;

    /// <summary>Runs the demo.</summary>
    /// <param name="context">Kinds and time.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="envoy">Envoy's program.</param>
    /// <param name="output">Where everything is shown.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>Failed when a call was not answered as it had to be.</returns>
    /// <exception cref="CliException">The script is none, or something does not start.</exception>
    public static async Task<int> RunAsync(CommandContext context, ZonesDemoOptions options, string envoy, TextWriter output, CancellationToken stop)
    {
        using var loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Critical).AddSimpleConsole(c => c.SingleLine = true));
        await using var demo = new ZonesDemo(context, options.Zones, envoy, loggers);

        // Read before anything starts: a fault in it is told at once.
        var script = options.Script is null ? null : DemoScript.Parse(options.Script, demo.Words);
        try
        {
            await demo.StartAsync(output, stop);
            await output.WriteLineAsync($"stores and logs {demo.Folder}");
            using var watch = new ZonesWatch(demo, options.Interval, context.Clock, output);
            await watch.UntilReadyAsync(stop);
            await output.WriteLineAsync();
            await WatchAsync(demo, watch, script, options.Calls, output, stop);
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"\n{watch.Calls} calls, {watch.Unexpected} of them unexpected"));
            return watch.Unexpected == 0 ? ExitCodes.Success : ExitCodes.Failed;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCodes.Success;
        }
        catch (SidecarException e)
        {
            throw new CliException(e.Message, e.ExitCode);
        }
    }

    private static async Task WatchAsync(
        ZonesDemo demo, ZonesWatch watch, IReadOnlyList<DemoStep>? script, int rounds, TextWriter output, CancellationToken stop)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        if (script is not null)
        {
            var calls = watch.RunAsync(0, ended.Token);
            try
            {
                foreach (var step in script)
                {
                    await watch.DoAsync(step, stop);
                }
            }
            finally
            {
                await ended.CancelAsync();
                await calls;
            }

            return;
        }

        if (rounds > 0 || Console.IsInputRedirected)
        {
            await watch.RunAsync(rounds, stop);
            return;
        }

        var keys = new DemoKeys(demo.Parts);
        await output.WriteLineAsync(keys.Legend);
        var shown = watch.RunAsync(0, ended.Token);
        try
        {
            await keys.FollowAsync(step => watch.DoAsync(step, stop), stop);
        }
        finally
        {
            await ended.CancelAsync();
            await shown;
        }
    }
}
