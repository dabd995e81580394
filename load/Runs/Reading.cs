using System.Diagnostics;
using Mesh.Load.Fleets;
using Mesh.Load.Measuring;

namespace Mesh.Load.Runs;

/// <summary>Server and fleet at one moment; two of them say what happened between.</summary>
internal sealed record Reading(long At, TimeSpan Cpu, TimeSpan ClientCpu, long Resident, RuntimeFigures? Runtime, FleetTotals Fleet)
{
    private static readonly ProcessMeter _client = new(Environment.ProcessId);

    /// <summary>Processor time of this process until now: what the clients have taken from the same processors.</summary>
    public static TimeSpan ClientCpuNow() => _client.Cpu();

    /// <summary>Reads now.</summary>
    public static async Task<Reading> TakeAsync(StepContext context)
    {
        var process = context.Server.Process;
        var runtime = await context.Server.FiguresAsync(context.Cancellation);
        return new Reading(
            Stopwatch.GetTimestamp(), process?.Cpu() ?? TimeSpan.Zero, ClientCpuNow(), process?.Resident() ?? 0, runtime, context.Fleet.Totals);
    }

    /// <summary>
    /// Adds what became of the streams since an earlier reading. Lost are those whose connections were lost, whether or not they came again; away are those
    /// that ended, one way or the other, and are not open again now.
    /// </summary>
    public void AddStreams(Reading earlier, IDictionary<string, double> metrics)
    {
        var seen = Fleet - earlier.Fleet;
        metrics["lost"] = seen.Lost;
        metrics["reconnects"] = seen.Reconnects;
        metrics["refused"] = seen.Refused;
        metrics["ended"] = seen.Ended;
        metrics["retries"] = seen.Retries;
        metrics["away"] = Fleet.Away;
    }

    /// <summary>Adds what the server's runtime did since an earlier reading.</summary>
    /// <param name="earlier">The earlier reading.</param>
    /// <param name="metrics">To what it is added.</param>
    /// <param name="pushes">Responses since then.</param>
    /// <param name="apart">Bytes allocated since then for something else than pushes.</param>
    public void AddRuntime(Reading earlier, IDictionary<string, double> metrics, double pushes, long apart = 0)
    {
        if (Runtime is null || earlier.Runtime is null)
        {
            return;
        }

        metrics["allocatedPerPush"] = (Runtime.AllocatedBytes - earlier.Runtime.AllocatedBytes - apart) / Math.Max(1, pushes);
        for (var i = 0; i < Runtime.Collections.Count; i++)
        {
            metrics[$"gen{i}"] = Runtime.Collections[i] - earlier.Runtime.Collections[i];
        }
    }
}
