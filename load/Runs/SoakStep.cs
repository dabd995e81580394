using System.Diagnostics;
using Mesh.Load.Fleets;
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

    public static async Task<StepReport> RunAsync(StepContext context, StepSpec step)
    {
        var fleet = context.Fleet;
        var capacity = await CapacityAsync(context, step);
        var asked = capacity * step.Share / 100;
        var changesPerSecond = asked / fleet.Totals.Open;
        await fleet.QuietAsync(StepContext.Quiet, TimeSpan.FromSeconds(step.Patience), context.Cancellation);
        await fleet.TakeAgesAsync();
        var before = await Reading.TakeAsync(context);
        var (residents, settled) = await ChangeAsync(context, step, changesPerSecond);
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
        metrics["unsettled"] = isQuiet ? 0 : 1;
        metrics["diverged"] = await fleet.CountDivergedAsync();
        metrics["lost"] = seen.Lost;
        metrics["rejections"] = seen.Rejections;
        metrics["residentGrownPercent"] = GrownPercent(residents);
        if (after.Runtime?.OldestBytes is { } oldest && settled.Runtime?.OldestBytes is { } oldestSettled)
        {
            metrics["gen2GrownMegabytes"] = (oldest - oldestSettled) / 1048576.0;
        }

        after.AddRuntime(before, metrics, seen.Responses);
        context.AddMemory(after, metrics);
        if (ages.TotalCount > 0)
        {
            metrics["ageP50"] = ages.GetValueAtPercentile(50) / 1000.0;
            metrics["ageP99"] = ages.GetValueAtPercentile(99) / 1000.0;
            metrics["ageMax"] = ages.GetValueAtPercentile(100) / 1000.0;
            report.Distributions["age on arrival"] = PercentilePoint.Of(ages);
        }

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

    private static long Median(IEnumerable<long> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    /// <summary>Pushes per second, from a change to the last who receives it, again and again.</summary>
    private static async Task<double> CapacityAsync(StepContext context, StepSpec step)
    {
        for (var i = 0; i < step.WarmUp; i++)
        {
            await PushToAllAsync(context, step);
        }

        var (begin, before) = (Stopwatch.GetTimestamp(), context.Fleet.Totals.Responses);
        while (Stopwatch.GetElapsedTime(begin) < _calibration)
        {
            await PushToAllAsync(context, step);
        }

        return (context.Fleet.Totals.Responses - before) / Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }

    private static async Task PushToAllAsync(StepContext context, StepSpec step)
    {
        var fleet = context.Fleet;
        fleet.Begin();
        var expected = fleet.Totals.Open - fleet.Stalled;
        await context.Server.ChangeAsync(step, context.Cancellation);
        if (!await Fleet.UntilAsync(() => fleet.Receivers >= expected, TimeSpan.FromSeconds(step.Patience), context.Cancellation))
        {
            throw new InvalidOperationException($"{step.Label}: a change did not reach all within {step.Patience} s");
        }
    }

    /// <summary>Changes at a rate, whoever keeps up.</summary>
    /// <returns>Resident bytes of the server, read about once a second; and all of it after the first fifth.</returns>
    private static async Task<(IReadOnlyList<long> Residents, Reading Settled)> ChangeAsync(StepContext context, StepSpec step, double changesPerSecond)
    {
        var residents = new List<long>();
        Reading? settled = null;
        var begin = Stopwatch.GetTimestamp();
        var duration = TimeSpan.FromSeconds(step.Seconds);
        for (var changes = 0; ; changes++)
        {
            var due = TimeSpan.FromSeconds(changes / changesPerSecond);
            if (due >= duration || Stopwatch.GetElapsedTime(begin) >= duration)
            {
                return (residents, settled ?? await Reading.TakeAsync(context));
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

            if (settled is null && Stopwatch.GetElapsedTime(begin) >= duration / 5)
            {
                settled = await Reading.TakeAsync(context);
            }
        }
    }
}
