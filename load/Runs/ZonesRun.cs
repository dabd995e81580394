using System.Diagnostics;
using HdrHistogram;
using Mesh.Load.Fleets;
using Mesh.Load.Reports;
using Mesh.Load.Scenarios;
using Mesh.Load.Servers;
using Mesh.Load.Zones;

namespace Mesh.Load.Runs;

/// <summary>The steps of a scenario of simulated zones against one Global.</summary>
internal sealed class ZonesRun(Scenario scenario, IServerUnderTest server, ZoneFleet zones, TextWriter output)
{
    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(100);

    private readonly List<TimelinePoint> _timeline = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _sampledCpu;
    private TimeSpan _sampledAt;

    public async Task<ServerReport> RunAsync(CancellationToken cancellationToken)
    {
        var steps = new List<StepReport>();
        var lost = 0L;
        foreach (var step in scenario.Steps)
        {
            var report = step.Do switch
            {
                StepKind.Connect => await ConnectAsync(step, cancellationToken),
                StepKind.Reconnect => await ReconnectAsync(step, cancellationToken),
                StepKind.Change => await ChangeAsync(step, cancellationToken),
                StepKind.Rest => await RestAsync(step, cancellationToken),
                _ => throw new ScenarioException([$"steps: {step.Do} cannot be done with zones"]),
            };
            report.Metrics["residentMegabytes"] = Resident;
            report.Metrics["peakResidentMegabytes"] = (server.Process?.PeakResident() ?? 0) / 1048576.0;
            report.Metrics["lost"] = zones.Lost - lost;
            report.Metrics["rejections"] = zones.Rejections;
            if (await server.FiguresAsync(cancellationToken) is { } figures)
            {
                report.Metrics["heapMegabytes"] = figures.HeapBytes / 1048576.0;
            }

            if (zones.Lost > lost)
            {
                lost = zones.Lost;
                await output.WriteLineAsync($"    lost: {zones.LastLoss}");
            }

            steps.Add(report);
            await output.WriteLineAsync($"  {server.Name} {report.Name}: " + string.Join("  ", report.Metrics.Select(m => FormattableString.Invariant($"{m.Key} {m.Value:0.###}"))));
        }

        return new ServerReport
        {
            Name = server.Name,
            Steps = steps,
            Timeline = _timeline,
            Violations = new Dictionary<string, long>(),
            Examples = [],
            LastLoss = zones.LastLoss,
        };
    }

    private double Resident => (server.Process?.Resident() ?? 0) / 1048576.0;

    private TimeSpan Cpu => server.Process?.Cpu() ?? TimeSpan.Zero;

    private async Task<StepReport> ConnectAsync(StepSpec step, CancellationToken cancellationToken)
    {
        var (cpu, begin) = (Cpu, Stopwatch.GetTimestamp());
        await zones.ConnectAsync(zones.Count);
        var said = _clock.Elapsed;
        int synced;
        while ((synced = await zones.CountSyncedAsync()) < zones.Count && Stopwatch.GetElapsedTime(begin).TotalSeconds < step.Patience)
        {
            await Task.Delay(_poll, cancellationToken);
            Sample();
            if ((_clock.Elapsed - said).TotalSeconds >= 5)
            {
                said = _clock.Elapsed;
                await output.WriteLineAsync(FormattableString.Invariant($"    {said.TotalSeconds:0} s: {synced} of {zones.Count} zones synced, {zones.Resources} resources, {Resident:0} MB"));
            }
        }

        var report = new StepReport { Name = step.Label, Does = "All zones connect with nothing at a Global that knows nothing." };
        report.Metrics["seconds"] = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        report.Metrics["incomplete"] = zones.Count - synced;
        report.Metrics["resources"] = zones.Resources;
        report.Metrics["cpuSeconds"] = (Cpu - cpu).TotalSeconds;
        return report;
    }

    private async Task<StepReport> ReconnectAsync(StepSpec step, CancellationToken cancellationToken)
    {
        var count = step.Count > 0 ? step.Count : zones.Count;
        await zones.DisconnectAsync(count);
        await Task.Delay(TimeSpan.FromSeconds(2), cancellationToken);
        var (cpu, resources, asked, begin) = (Cpu, zones.Resources, zones.Asked, Stopwatch.GetTimestamp());
        await zones.ConnectAsync(count);
        while (await zones.CountAskedAsync() < zones.Count && Stopwatch.GetElapsedTime(begin).TotalSeconds < step.Patience)
        {
            await Task.Delay(_poll, cancellationToken);
            Sample();
        }

        await zones.QuietAsync(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(step.Patience), cancellationToken);
        Sample();
        var report = new StepReport { Name = step.Label, Does = $"{count} zones come back with what they have." };
        report.Metrics["seconds"] = Stopwatch.GetElapsedTime(begin, Math.Max(zones.LastActivity, begin)).TotalSeconds;
        report.Metrics["incomplete"] = zones.Count - await zones.CountAskedAsync();
        report.Metrics["resources"] = zones.Resources - resources;
        var bytes = await zones.ReceivedBytesAsync(count);
        report.Metrics["bytesPerZone"] = (double)bytes / count;
        report.Metrics["bytesBeyondVersionsPerZone"] = (double)(bytes - zones.Asked + asked) / count;
        report.Metrics["cpuMillisecondsPerZone"] = (Cpu - cpu).TotalMilliseconds / count;
        return report;
    }

    private async Task<StepReport> RestAsync(StepSpec step, CancellationToken cancellationToken)
    {
        var (cpu, begin) = (Cpu, Stopwatch.GetTimestamp());
        await Task.Delay(TimeSpan.FromSeconds(step.Seconds), cancellationToken);
        Sample();
        var report = new StepReport { Name = step.Label, Does = $"Nothing happens for {step.Seconds} s." };
        report.Metrics["cpuPercent"] = (Cpu - cpu) / Stopwatch.GetElapsedTime(begin) * 100;
        return report;
    }

    private async Task<StepReport> ChangeAsync(StepSpec step, CancellationToken cancellationToken)
    {
        var (histogram, last, cpu, missed) = (Observations.NewHistogram(), new List<double>(), TimeSpan.Zero, 0L);
        var patience = TimeSpan.FromSeconds(step.Patience);
        for (var i = 0; i < step.WarmUp + step.Rounds; i++)
        {
            zones.Begin();
            var (before, begin) = (Cpu, Stopwatch.GetTimestamp());
            await ChangeOneAsync(step, cancellationToken);
            var expected = step.Kind switch { "policy" => zones.Count, "service" => zones.Count - 1, _ => 0 };
            await Fleet.UntilAsync(() => zones.Receivers >= expected, patience, cancellationToken);
            await zones.QuietAsync(StepContext.Quiet, patience, cancellationToken);
            missed += Math.Max(0, expected - zones.Receivers);
            Sample();
            if (i >= step.WarmUp)
            {
                cpu += Cpu - before;
                last.Add(Record(step, begin, histogram).TotalMilliseconds);
            }
        }

        return Report(step, histogram, last, cpu, missed);
    }

    /// <summary>A Dataplane goes to Global and no further: what counts is when Global has accepted it.</summary>
    private TimeSpan Record(StepSpec step, long begin, LongHistogram histogram) => step.Kind == "dataplane"
        ? zones.Observations.AddAnswered(begin, histogram)
        : zones.Observations.AddReceived(begin, histogram);

    private Task ChangeOneAsync(StepSpec step, CancellationToken cancellationToken) => step.Kind switch
    {
        "service" => zones.ChangeAsync(0, resources => resources.ToggleService()),
        "dataplane" => zones.ChangeAsync(0, resources => resources.ToggleDataplane()),
        _ => server.ChangeAsync(step, cancellationToken),
    };

    private static StepReport Report(StepSpec step, LongHistogram histogram, List<double> last, TimeSpan cpu, long missed)
    {
        var report = new StepReport { Name = step.Label, Does = $"{step.Kind} changes {step.Rounds} times.", Rounds = last };
        report.Metrics["cpuPerRoundMilliseconds"] = cpu.TotalMilliseconds / step.Rounds;
        report.Metrics["missed"] = missed;
        if (histogram.TotalCount > 0)
        {
            report.Metrics["receivedP50"] = histogram.GetValueAtPercentile(50) / 1000.0;
            report.Metrics["receivedP99"] = histogram.GetValueAtPercentile(99) / 1000.0;
            report.Metrics["receivedLast"] = last.Order().ElementAt(last.Count / 2);
            report.Distributions["change to arrived"] = PercentilePoint.Of(histogram);
        }

        return report;
    }

    private void Sample()
    {
        var (cpu, now) = (Cpu, _clock.Elapsed);
        if (now - _sampledAt >= _poll)
        {
            _timeline.Add(new TimelinePoint(now.TotalSeconds, (cpu - _sampledCpu) / (now - _sampledAt) * 100, Resident, 0, zones.Count));
            (_sampledCpu, _sampledAt) = (cpu, now);
        }
    }
}
