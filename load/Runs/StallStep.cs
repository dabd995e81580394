using Mesh.Load.Reports;
using Mesh.Load.Scenarios;

namespace Mesh.Load.Runs;

/// <summary>Some connections stop reading, or all read again.</summary>
internal static class StallStep
{
    public static async Task<StepReport> RunAsync(StepContext context, StepSpec step)
    {
        var before = await Reading.TakeAsync(context);
        await context.Fleet.StallAsync(step.OneOf);
        await context.Fleet.QuietAsync(StepContext.Quiet, TimeSpan.FromSeconds(step.Patience), context.Cancellation);
        var after = await Reading.TakeAsync(context);
        var report = new StepReport { Name = step.Label, Does = step.OneOf > 0 ? $"One of {step.OneOf} connections stops reading." : "All read again." };
        report.Metrics["stalled"] = context.Fleet.Stalled;
        report.Metrics["responses"] = (after.Fleet - before.Fleet).Responses;
        after.AddStreams(before, report.Metrics);
        context.AddMemory(after, report.Metrics);
        return report;
    }
}
