using System.Diagnostics;
using Mesh.Load.Fleets;
using Mesh.Load.Reports;
using Mesh.Load.Scenarios;

namespace Mesh.Load.Runs;

/// <summary>All Envoys connect: with nothing, or with what they had before the connections were dropped.</summary>
internal static class ConnectStep
{
    public static async Task<StepReport> RunAsync(StepContext context, StepSpec step)
    {
        var fleet = context.Fleet;
        var again = step.Do == StepKind.Reconnect;
        if (again)
        {
            await fleet.DisconnectAsync(forget: false);
            // The server is to have finished with those that left: they are not to be measured.
            await Task.Delay(TimeSpan.FromSeconds(2), context.Cancellation);
        }

        fleet.Begin();
        var before = await Reading.TakeAsync(context);
        context.Before ??= before;
        await fleet.ConnectAsync(context.Cancellation);
        var patience = TimeSpan.FromSeconds(step.Patience);
        long Incomplete() => fleet.Count - (again ? fleet.Totals.Open : fleet.Totals.Synced);
        // A stream is open when its requests are written: it is let in when it still is when all is quiet.
        await fleet.QuietAsync(() => Incomplete() == 0, StepContext.Quiet * 2, patience, context.Cancellation);
        var (incomplete, took) = (Incomplete(), Stopwatch.GetElapsedTime(before.At, again ? fleet.LastActivity : fleet.LastSync));
        var after = await Reading.TakeAsync(context);
        return Report(context, step, before, after, took, incomplete);
    }

    private static StepReport Report(StepContext context, StepSpec step, Reading before, Reading after, TimeSpan took, long incomplete)
    {
        var fleet = context.Fleet;
        var seen = after.Fleet - before.Fleet;
        var histogram = Observations.NewHistogram();
        fleet.Observations.AddReceived(before.At, histogram);
        var report = new StepReport
        {
            Name = step.Label,
            Does = step.Do == StepKind.Reconnect ? "All connections are dropped and come back with what they have." : "All connect with nothing.",
        };
        var metrics = report.Metrics;
        metrics["seconds"] = took.TotalSeconds;
        metrics["incomplete"] = incomplete;
        after.AddStreams(before, metrics);
        metrics["cpuPerProxyMicroseconds"] = (after.Cpu - before.Cpu).TotalMicroseconds / fleet.Count;
        metrics["clientCpuPerProxyMicroseconds"] = (after.ClientCpu - before.ClientCpu).TotalMicroseconds / fleet.Count;
        metrics["bytesPerProxy"] = (double)seen.Bytes / fleet.Count;
        metrics["resourcesPerProxy"] = (double)seen.Resources / fleet.Count;
        metrics["responsesPerProxy"] = (double)seen.Responses / fleet.Count;
        metrics["distinctResources"] = fleet.DistinctResources;
        after.AddRuntime(before, metrics, seen.Responses);
        context.AddMemory(after, metrics);
        if (histogram.TotalCount > 0)
        {
            report.Distributions["until everything was received"] = PercentilePoint.Of(histogram);
        }

        return report;
    }
}
