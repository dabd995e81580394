using System.Diagnostics;
using HdrHistogram;
using Mesh.Load.Fleets;
using Mesh.Load.Reports;
using Mesh.Load.Scenarios;

namespace Mesh.Load.Runs;

/// <summary>Something changes, round after round. A round ends when everyone concerned has it and nothing more comes.</summary>
internal sealed class ChangeStep(StepContext context, StepSpec step)
{
    private readonly LongHistogram _received = Observations.NewHistogram();
    private readonly LongHistogram _answered = Observations.NewHistogram();
    private readonly List<double> _last = [];
    private readonly List<double> _lastAnswered = [];
    private TimeSpan _cpu;
    private TimeSpan _clientCpu;
    private long _others;
    private long _missed;
    private long _unsettled;

    private Fleet Fleet => context.Fleet;

    /// <summary>Who is to receive something: also those whose streams the server has ended, for they come again.</summary>
    private long Expected => step.ExpectsNothing ? 0 : step.Count > 0 ? step.Count : Fleet.Totals.Present - Fleet.Stalled;

    public async Task<StepReport> RunAsync()
    {
        for (var i = 0; i < step.WarmUp; i++)
        {
            await RoundAsync(isCounted: false);
        }

        // The server's runtime is asked once around all rounds: asking costs it something too.
        var before = await Reading.TakeAsync(context);
        for (var i = 0; i < step.Rounds; i++)
        {
            await RoundAsync(isCounted: true);
        }

        var after = await Reading.TakeAsync(context);
        await Fleet.CheckDueAsync();
        return Report(before, after);
    }

    private async Task RoundAsync(bool isCounted)
    {
        Fleet.Begin();
        var expected = Expected;
        var (cpu, clientCpu) = (context.Server.Process?.Cpu() ?? TimeSpan.Zero, Reading.ClientCpuNow());
        var begin = Stopwatch.GetTimestamp();
        await context.Server.ChangeAsync(step, context.Cancellation);
        var patience = TimeSpan.FromSeconds(step.Patience);
        await Fleet.UntilAsync(() => Fleet.Receivers >= expected, patience, context.Cancellation);
        var isQuiet = await Fleet.QuietAsync(step.ExpectsNothing ? StepContext.Quiet * 5 : StepContext.Quiet, patience, context.Cancellation);
        // What is not delivered while code and pools warm up is not delivered either.
        var receivers = Fleet.Observations.CountReceived();
        _missed += Math.Max(0, expected - receivers);
        _unsettled += isQuiet ? 0 : 1;
        if (!isCounted)
        {
            return;
        }

        _cpu += (context.Server.Process?.Cpu() ?? TimeSpan.Zero) - cpu;
        _clientCpu += Reading.ClientCpuNow() - clientCpu;
        _others += Math.Max(0, receivers - expected);
        _last.Add(Fleet.Observations.AddReceived(begin, _received).TotalMilliseconds);
        _lastAnswered.Add(Fleet.Observations.AddAnswered(begin, _answered).TotalMilliseconds);
    }

    private StepReport Report(Reading before, Reading after)
    {
        var seen = after.Fleet - before.Fleet;
        var report = new StepReport
        {
            Name = step.Label,
            Does = $"{step.Kind} changes {step.Rounds} times for {(step.Count > 0 ? $"{step.Count} proxies" : "all")}.",
            Rounds = _last,
        };
        var metrics = report.Metrics;
        metrics["cpuPerPushMicroseconds"] = _cpu.TotalMicroseconds / Math.Max(1, seen.Responses);
        metrics["clientCpuPerPushMicroseconds"] = _clientCpu.TotalMicroseconds / Math.Max(1, seen.Responses);
        metrics["cpuPerProxyMicroseconds"] = _cpu.TotalMicroseconds / Math.Max(1, Expected * step.Rounds);
        metrics["cpuPerRoundMilliseconds"] = _cpu.TotalMilliseconds / step.Rounds;
        metrics["bytesPerPush"] = (double)seen.Bytes / Math.Max(1, seen.Responses);
        metrics["responsesPerRound"] = (double)seen.Responses / step.Rounds;
        metrics["resourcesPerRound"] = (double)seen.Resources / step.Rounds;
        metrics["others"] = _others;
        metrics["missed"] = _missed;
        metrics["unsettled"] = _unsettled;
        metrics["rejections"] = seen.Rejections;
        after.AddStreams(before, metrics);
        after.AddRuntime(before, metrics, seen.Responses);
        Add(metrics, "received", _received, _last);
        Add(metrics, "answered", _answered, _lastAnswered);
        if (_received.TotalCount > 0)
        {
            report.Distributions["change to received"] = PercentilePoint.Of(_received);
            report.Distributions["change to answered"] = PercentilePoint.Of(_answered);
        }

        return report;
    }

    private static void Add(IDictionary<string, double> metrics, string name, LongHistogram histogram, List<double> last)
    {
        if (histogram.TotalCount == 0)
        {
            return;
        }

        metrics[name + "P50"] = histogram.GetValueAtPercentile(50) / 1000.0;
        metrics[name + "P99"] = histogram.GetValueAtPercentile(99) / 1000.0;
        metrics[name + "Last"] = last.Order().ElementAt(last.Count / 2);
        metrics[name + "LastWorst"] = last.Max();
        metrics[name + "LastBest"] = last.Min();
    }
}
