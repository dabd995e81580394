using System.Diagnostics;
using Mesh.Load.Reports;
using Mesh.Load.Scenarios;
using Mesh.Load.Servers;

namespace Mesh.Load.Runs;

/// <summary>Things change faster than they can be sent: how old is what arrives, and does everyone end with the newest?</summary>
internal static class ChurnStep
{
    private static readonly TimeSpan _residentEvery = TimeSpan.FromMilliseconds(250);

    public static async Task<StepReport> RunAsync(StepContext context, StepSpec step)
    {
        var fleet = context.Fleet;
        fleet.Begin();
        await fleet.TakeAgesAsync();
        var before = await Reading.TakeAsync(context);
        var (churn, residents) = await ChurnAsync(context, step);
        var took = Stopwatch.GetElapsedTime(before.At);
        var during = await Reading.TakeAsync(context);
        var isQuiet = await fleet.QuietAsync(StepContext.Quiet * 2, TimeSpan.FromSeconds(step.Patience), context.Cancellation);
        var settled = Stopwatch.GetElapsedTime(before.At + (long)(took.TotalSeconds * Stopwatch.Frequency), fleet.LastActivity);
        await fleet.CheckDueAsync();
        var after = await Reading.TakeAsync(context);
        var ages = await fleet.TakeAgesAsync();
        var seen = after.Fleet - before.Fleet;
        var report = new StepReport { Name = step.Label, Does = $"{step.Rate} changes per second for {step.Seconds} s: {step.Model.ToString().ToLowerInvariant()}." };
        var metrics = report.Metrics;
        metrics["changes"] = churn.Due;
        metrics["changesPerSecond"] = churn.Due / took.TotalSeconds;
        metrics["changesMade"] = churn.Made;
        metrics["responsesPerSecond"] = seen.Responses / took.TotalSeconds;
        metrics["resourcesPerResponse"] = (double)seen.Resources / Math.Max(1, seen.Responses);
        metrics["cpuPerPushMicroseconds"] = (after.Cpu - before.Cpu).TotalMicroseconds / Math.Max(1, seen.Responses);
        metrics["clientCpuPerPushMicroseconds"] = (after.ClientCpu - before.ClientCpu).TotalMicroseconds / Math.Max(1, seen.Responses);
        metrics["settleMilliseconds"] = Math.Max(0, settled.TotalMilliseconds);
        metrics["unsettled"] = isQuiet ? 0 : 1;
        metrics["diverged"] = await fleet.CountDivergedAsync(await context.Server.PublishedAsync(context.Cancellation));
        after.AddStreams(before, metrics);
        metrics["grownMegabytes"] = (during.Resident - before.Resident) / 1048576.0;
        metrics["residentGrownPercent"] = SoakStep.GrownPercent(residents);
        after.AddRuntime(before, metrics, seen.Responses, churn.AllocatedBytes);
        context.AddMemory(after, metrics);
        report.AddAges(ages);
        return report;
    }

    /// <summary>Has the server change what it has, and follows its memory meanwhile.</summary>
    private static async Task<(ChurnResult Churn, IReadOnlyList<long> Residents)> ChurnAsync(StepContext context, StepSpec step)
    {
        var residents = new List<long>();
        var churn = context.Server.ChurnAsync(step, context.Cancellation);
        while (!churn.IsCompleted)
        {
            residents.Add(context.Server.Process?.Resident() ?? 0);
            await Task.WhenAny(churn, Task.Delay(_residentEvery, context.Cancellation));
        }

        return (await churn, residents);
    }
}
