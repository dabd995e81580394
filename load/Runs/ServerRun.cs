using System.Diagnostics;
using Mesh.Load.Fleets;
using Mesh.Load.Reports;
using Mesh.Load.Scenarios;
using Mesh.Load.Servers;

namespace Mesh.Load.Runs;

/// <summary>The steps of a scenario against one server.</summary>
internal sealed class ServerRun(Scenario scenario, IServerUnderTest server, TextWriter output)
{
    private static readonly TimeSpan _sample = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _say = TimeSpan.FromSeconds(5);

    private readonly List<TimelinePoint> _timeline = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private string _step = "";

    public async Task<ServerReport> RunAsync(CancellationToken cancellationToken)
    {
        using var fleet = new Fleet(new FleetOptions
        {
            Server = server.Discovery,
            Envoys = scenario.Fleet.Proxies,
            NodeOf = server.NodeOf,
            StreamsPerConnection = scenario.Fleet.StreamsPerConnection,
            IsTls = scenario.Fleet.Tls,
            IsDelta = scenario.Fleet.Protocol == "delta",
            RejectEvery = scenario.Fleet.RejectEvery,
            MaxConnecting = scenario.Fleet.MaxConnecting,
        });
        var context = new StepContext { Server = server, Fleet = fleet, Scenario = scenario, Cancellation = cancellationToken };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sampling = SampleAsync(fleet, stop.Token);
        var steps = new List<StepReport>();
        foreach (var step in scenario.Steps)
        {
            _step = step.Label;
            steps.Add(await RunAsync(context, step));
            await SayAsync(steps[^1]);
        }

        await stop.CancelAsync();
        await sampling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await fleet.DisconnectAsync(forget: true);
        return new ServerReport
        {
            Name = server.Name,
            Steps = steps,
            Timeline = _timeline,
            Violations = fleet.Violations.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value),
            Examples = fleet.Examples,
            LastLoss = fleet.LastLoss,
            LastEnd = fleet.LastEnd,
        };
    }

    private static Task<StepReport> RunAsync(StepContext context, StepSpec step) => step.Do switch
    {
        StepKind.Connect or StepKind.Reconnect => ConnectStep.RunAsync(context, step),
        StepKind.Rest => RestStep.RunAsync(context, step),
        StepKind.Churn => ChurnStep.RunAsync(context, step),
        StepKind.Soak => SoakStep.RunAsync(context, step),
        StepKind.Restart => RestartStep.RunAsync(context, step),
        StepKind.Stall => StallStep.RunAsync(context, step),
        _ => new ChangeStep(context, step).RunAsync(),
    };

    private async Task SayAsync(StepReport report)
    {
        await output.WriteLineAsync($"  {server.Name} {report.Name}: " + string.Join("  ", report.Metrics.Select(m => FormattableString.Invariant($"{m.Key} {m.Value:0.###}"))));
    }

    /// <summary>Follows the server and says from time to time how far it is.</summary>
    private async Task SampleAsync(Fleet fleet, CancellationToken cancellationToken)
    {
        var (lastCpu, lastResponses, lastAt, said) = (server.Process?.Cpu() ?? TimeSpan.Zero, 0L, _clock.Elapsed, _clock.Elapsed);
        while (true)
        {
            await Task.Delay(_sample, cancellationToken);
            var now = _clock.Elapsed;
            var cpu = server.Process?.Cpu() ?? TimeSpan.Zero;
            var totals = fleet.Totals;
            var span = now - lastAt;
            // One that was started again counts from nothing.
            lastCpu = cpu < lastCpu ? TimeSpan.Zero : lastCpu;
            var point = new TimelinePoint(
                now.TotalSeconds, (cpu - lastCpu) / span * 100, (server.Process?.Resident() ?? 0) / 1048576.0, (totals.Responses - lastResponses) / span.TotalSeconds, totals.Open);
            _timeline.Add(point);
            (lastCpu, lastResponses, lastAt) = (cpu, totals.Responses, now);
            if (now - said >= _say)
            {
                said = now;
                await output.WriteLineAsync(FormattableString.Invariant(
                    $"    {now.TotalSeconds,5:0} s {_step}: {totals.Open} open, {totals.Away} away, {totals.Synced} synced, {point.ResponsesPerSecond:0} responses/s, cpu {point.CpuPercent:0} %, {point.ResidentMegabytes:0} MB"));
            }
        }
    }
}
