using System.Diagnostics;
using Mesh.Load.Reports;
using Mesh.Load.Scenarios;

namespace Mesh.Load.Runs;

/// <summary>Nothing happens: what does the server do all the same?</summary>
internal static class RestStep
{
    public static async Task<StepReport> RunAsync(StepContext context, StepSpec step)
    {
        var before = await Reading.TakeAsync(context);
        await Task.Delay(TimeSpan.FromSeconds(step.Seconds), context.Cancellation);
        var cpu = (context.Server.Process?.Cpu() ?? TimeSpan.Zero) - before.Cpu;
        var took = Stopwatch.GetElapsedTime(before.At);
        var after = await Reading.TakeAsync(context);
        var report = new StepReport { Name = step.Label, Does = $"Nothing happens for {step.Seconds} s." };
        report.Metrics["cpuPercent"] = cpu / took * 100;
        report.Metrics["cpuSecondsPerMinute"] = cpu / took * 60;
        report.Metrics["responses"] = (after.Fleet - before.Fleet).Responses;
        after.AddStreams(before, report.Metrics);
        context.AddMemory(after, report.Metrics);
        return report;
    }
}
