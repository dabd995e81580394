using System.Diagnostics;
using Mesh.Load.Reports;
using Mesh.Load.Scenarios;

namespace Mesh.Load.Runs;

/// <summary>The server is killed and started again where it was: how long until all are back, and are they sent anything that they have?</summary>
internal static class RestartStep
{
    public static async Task<StepReport> RunAsync(StepContext context, StepSpec step)
    {
        var fleet = context.Fleet;
        fleet.Begin();
        var before = await Reading.TakeAsync(context);
        context.Before = null;
        await context.Server.RestartAsync(context.Cancellation);
        var ready = Stopwatch.GetElapsedTime(before.At);
        // Each stream is lost with the connection that ends; only then does it say something that it is open.
        bool IsBack() => fleet.Totals is { Away: 0 } totals && totals.Open == fleet.Count && totals.Lost - before.Fleet.Lost >= fleet.Count;
        // A server that begins may find late that it has something to say.
        var isBack = await fleet.QuietAsync(IsBack, StepContext.Quiet * 5, TimeSpan.FromSeconds(step.Patience), context.Cancellation);
        var took = Stopwatch.GetElapsedTime(before.At, fleet.LastActivity);
        var after = await Reading.TakeAsync(context);
        var seen = after.Fleet - before.Fleet;
        var report = new StepReport { Name = step.Label, Does = "The server is killed and started again with its data." };
        var metrics = report.Metrics;
        metrics["readySeconds"] = ready.TotalSeconds;
        metrics["seconds"] = took.TotalSeconds;
        metrics["incomplete"] = fleet.Count - after.Fleet.Open;
        metrics["unsettled"] = isBack ? 0 : 1;
        metrics["responses"] = seen.Responses;
        metrics["resources"] = seen.Resources;
        metrics["bytesPerProxy"] = (double)seen.Bytes / fleet.Count;
        // The process is a new one: what it took until now is what the restart took.
        metrics["cpuSeconds"] = after.Cpu.TotalSeconds;
        metrics["cpuPerProxyMicroseconds"] = after.Cpu.TotalMicroseconds / fleet.Count;
        after.AddStreams(before, metrics);
        context.AddMemory(after, metrics);
        return report;
    }
}
