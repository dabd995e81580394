using System.Diagnostics;
using Mesh.Load.Fleets;
using Mesh.Load.Measuring;
using Mesh.Load.Reports;
using Mesh.Load.Scenarios;

namespace Mesh.Load.Runs;

/// <summary>
/// Something changes for all, for long, at a share of what the server can push: does anything grow? What it can push is measured
/// first: the next change comes when the last Envoy has the one before.
/// </summary>
internal static class SoakStep
{
    private static readonly TimeSpan _calibration = TimeSpan.FromSeconds(20);
    // The next change waits so long for nothing.
    private static readonly TimeSpan _nextChange = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan _figuresEvery = TimeSpan.FromSeconds(5);

    public static async Task<StepReport> RunAsync(StepContext context, StepSpec step)
    {
        var fleet = context.Fleet;
        var (capacity, missed) = await CapacityAsync(context, step);
        if (missed > 0)
        {
            return new StepReport
            {
                Name = step.Label,
                Does = $"{step.Kind} changes for all. One of those that show what the server can push did not reach everybody within {step.Patience} s, so there was no soak.",
                Metrics = { ["missed"] = missed },
            };
        }

        var asked = capacity * step.Share / 100;
        var changesPerSecond = asked / fleet.Totals.Open;
        await fleet.QuietAsync(StepContext.Quiet, TimeSpan.FromSeconds(step.Patience), context.Cancellation);
        await fleet.TakeAgesAsync();
        var before = await Reading.TakeAsync(context);
        var (residents, figures) = await ChangeAsync(context, step, changesPerSecond);
        var during = await Reading.TakeAsync(context);
        var isQuiet = await fleet.QuietAsync(StepContext.Quiet * 2, TimeSpan.FromSeconds(step.Patience), context.Cancellation);
        var after = await Reading.TakeAsync(context);
        var ages = await fleet.TakeAgesAsync();
        var (took, pushes) = (Stopwatch.GetElapsedTime(before.At, during.At), (during.Fleet - before.Fleet).Responses);
        var seen = after.Fleet - before.Fleet;
        var report = new StepReport
        {
            Name = step.Label,
            Does = $"{step.Kind} changes for all at {step.Share} % of the measured capacity for {step.Seconds} s.",
        };
        var metrics = report.Metrics;
        metrics["capacityPushesPerSecond"] = capacity;
        metrics["pushesPerSecond"] = pushes / took.TotalSeconds;
        metrics["behindPercent"] = 100 * (1 - (pushes / took.TotalSeconds / asked));
        metrics["pushes"] = seen.Responses;
        metrics["cpuPercent"] = (during.Cpu - before.Cpu) / took * 100;
        metrics["cpuPerPushMicroseconds"] = (after.Cpu - before.Cpu).TotalMicroseconds / Math.Max(1, seen.Responses);
        metrics["clientCpuPerPushMicroseconds"] = (after.ClientCpu - before.ClientCpu).TotalMicroseconds / Math.Max(1, seen.Responses);
        metrics["unsettled"] = isQuiet ? 0 : 1;
        metrics["diverged"] = await fleet.CountDivergedAsync(await context.Server.PublishedAsync(context.Cancellation));
        after.AddStreams(before, metrics);
        metrics["rejections"] = seen.Rejections;
        metrics["residentGrownPercent"] = GrownPercent(residents);
        if (OldestGrown(figures) is { } grown)
        {
            metrics["gen2GrownMegabytes"] = grown / 1048576.0;
        }

        after.AddRuntime(before, metrics, seen.Responses);
        context.AddMemory(after, metrics);
        report.AddAges(ages);
        return report;
    }

    /// <summary>
    /// By how much resident memory is more at the end than at the beginning: medians of the last and of the second fifth of the
    /// readings. In the first fifth pools fill and code is compiled.
    /// </summary>
    internal static double GrownPercent(IReadOnlyList<long> residents)
    {
        var fifth = residents.Count / 5;
        if (fifth == 0)
        {
            return 0;
        }

        var (early, late) = (Median(residents.Skip(fifth).Take(fifth)), Median(residents.TakeLast(fifth)));
        return 100.0 * (late - early) / early;
    }

    /// <summary>
    /// By how many bytes the oldest generation grew, beginning with its second collection: the first ones of a run move there
    /// what has been alive since the connections were made. Null: the runtime has no generations.
    /// </summary>
    internal static long? OldestGrown(IReadOnlyList<RuntimeFigures> figures)
    {
        if (figures is not [{ OldestBytes: not null, Collections: [_, var collected, ..] }, ..])
        {
            return null;
        }

        var settled = figures.FirstOrDefault(f => f.Collections[1] - collected >= 2);
        return settled is null ? 0 : figures[^1].OldestBytes - settled.OldestBytes;
    }

    private static long Median(IEnumerable<long> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    /// <summary>Pushes per second, from a change to the last who receives it, again and again, until one does not reach everybody: so many it missed.</summary>
    private static async Task<(double Capacity, long Missed)> CapacityAsync(StepContext context, StepSpec step)
    {
        var missed = 0L;
        for (var i = 0; i < step.WarmUp && missed == 0; i++)
        {
            missed = await PushToAllAsync(context, step);
        }

        var (begin, before) = (Stopwatch.GetTimestamp(), context.Fleet.Totals.Responses);
        while (missed == 0 && Stopwatch.GetElapsedTime(begin) < _calibration)
        {
            missed = await PushToAllAsync(context, step);
        }

        return ((context.Fleet.Totals.Responses - before) / Stopwatch.GetElapsedTime(begin).TotalSeconds, missed);
    }

    /// <summary>One change for all.</summary>
    /// <returns>How many did not get it in time.</returns>
    private static async Task<long> PushToAllAsync(StepContext context, StepSpec step)
    {
        var fleet = context.Fleet;
        fleet.Begin();
        var expected = fleet.Totals.Present - fleet.Stalled;
        await context.Server.ChangeAsync(step, context.Cancellation);
        await Fleet.UntilAsync(() => fleet.Receivers >= expected, TimeSpan.FromSeconds(step.Patience), _nextChange, context.Cancellation);
        return Math.Max(0, expected - fleet.Receivers);
    }

    /// <summary>Changes at a rate, whoever keeps up.</summary>
    /// <returns>Resident bytes of the server, read about once a second, and what its runtime told, less often.</returns>
    private static async Task<(IReadOnlyList<long> Residents, IReadOnlyList<RuntimeFigures> Figures)> ChangeAsync(
        StepContext context, StepSpec step, double changesPerSecond)
    {
        var (residents, figures) = (new List<long>(), new List<RuntimeFigures>());
        var begin = Stopwatch.GetTimestamp();
        var duration = TimeSpan.FromSeconds(step.Seconds);
        for (var changes = 0; ; changes++)
        {
            var due = TimeSpan.FromSeconds(changes / changesPerSecond);
            if (due >= duration || Stopwatch.GetElapsedTime(begin) >= duration)
            {
                return (residents, figures);
            }

            if (due - Stopwatch.GetElapsedTime(begin) is { } early && early > TimeSpan.Zero)
            {
                await Task.Delay(early, context.Cancellation);
            }

            await context.Server.ChangeAsync(step, context.Cancellation);
            if (residents.Count < Stopwatch.GetElapsedTime(begin).TotalSeconds)
            {
                residents.Add(context.Server.Process?.Resident() ?? 0);
            }

            // Asking costs the server something too.
            if (figures.Count * _figuresEvery <= Stopwatch.GetElapsedTime(begin) && await context.Server.FiguresAsync(context.Cancellation) is { } now)
            {
                figures.Add(now);
            }
        }
    }
}
