using System.Runtime;
using Mesh.Load.Scenarios;
using Mesh.Load.Servers;

namespace Mesh.Load.Runs;

/// <summary>
/// Makes the simulator's code ready before anything is measured with it: a small fleet comes to a server of its own, which nobody measures, until the runtime has compiled
/// what is called often. Otherwise the server under test would wait for a processor that compiles its client.
/// </summary>
internal static class SimulatorWarmUp
{
    private const int Proxies = 100;
    private const int Services = 20;
    private const int Fleets = 3;

    /// <summary>Pauses after which it goes on all the same: a runtime that compiles for 15 s is late with something else.</summary>
    private const int MaxPauses = 100;

    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(150);

    /// <summary>Does it, for Envoys as the scenario has them.</summary>
    public static async Task RunAsync(Scenario scenario, CancellationToken cancellationToken)
    {
        if (scenario.Zones is not null)
        {
            return;
        }

        var small = scenario with
        {
            Servers = [new ServerSpec { Kind = ServerKind.Engine }],
            Fleet = scenario.Fleet with { Proxies = Proxies * scenario.Fleet.StreamsPerConnection, RejectEvery = 0 },
            Resources = new ResourcesSpec { Services = Services },
            Steps = [new StepSpec { Do = StepKind.Connect }, new StepSpec { Do = StepKind.Change, Rounds = 5 }],
        };
        await using var server = await ServerStarter.StartAsync(small.Servers[0], small, cancellationToken);
        for (var i = 0; i < Fleets; i++)
        {
            await new ServerRun(small, server, TextWriter.Null).RunAsync(cancellationToken);
            await SettleAsync(cancellationToken);
        }
    }

    /// <summary>Waits until the runtime compiles nothing, within reason; only then does it count calls.</summary>
    private static async Task SettleAsync(CancellationToken cancellationToken)
    {
        for (var (quiet, pauses) = (0, 0); quiet < 2 && pauses < MaxPauses; pauses++)
        {
            var before = JitInfo.GetCompiledMethodCount();
            await Task.Delay(_pause, cancellationToken);
            quiet = JitInfo.GetCompiledMethodCount() == before ? quiet + 1 : 0;
        }
    }
}
