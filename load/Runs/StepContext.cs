using Mesh.Load.Fleets;
using Mesh.Load.Scenarios;
using Mesh.Load.Servers;

namespace Mesh.Load.Runs;

/// <summary>What a step works with.</summary>
internal sealed record StepContext
{
    /// <summary>How long silence must last until a fleet counts as quiet.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(200);

    /// <summary>The server.</summary>
    public required IServerUnderTest Server { get; init; }

    /// <summary>The virtual Envoys.</summary>
    public required Fleet Fleet { get; init; }

    /// <summary>The scenario.</summary>
    public required Scenario Scenario { get; init; }

    /// <summary>Ends the run.</summary>
    public required CancellationToken Cancellation { get; init; }

    /// <summary>The server before anyone connected; null: nobody has until now, or it is another process since.</summary>
    public Reading? Before { get; set; }

    /// <summary>Adds the server's memory, over what it had before anyone connected.</summary>
    public void AddMemory(Reading now, IDictionary<string, double> metrics)
    {
        if (Server.Process is not { } process)
        {
            return;
        }

        metrics["residentMegabytes"] = now.Resident / 1048576.0;
        metrics["peakResidentMegabytes"] = process.PeakResident() / 1048576.0;
        if (Before is null)
        {
            return;
        }

        metrics["residentPerProxyKilobytes"] = (now.Resident - Before.Resident) / 1024.0 / Fleet.Count;
        if (now.Runtime is not null && Before.Runtime is not null)
        {
            metrics["managedPerProxyKilobytes"] = (now.Runtime.HeapBytes - Before.Runtime.HeapBytes) / 1024.0 / Fleet.Count;
        }
    }
}
