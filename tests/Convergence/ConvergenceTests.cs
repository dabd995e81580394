using System.Globalization;

namespace Mesh.Convergence;

/// <summary>
/// Random histories of writes in Global and three zones, with cuts, restarts and messages that arrive in any order among streams, end with every control plane
/// having what a plain model says. <c>MESH_CONVERGENCE_SEEDS</c> is the number of histories, <c>MESH_CONVERGENCE_FIRST</c> the first seed.
/// </summary>
public sealed class ConvergenceTests
{
    private const int DefaultSeeds = 10_000;

    [Fact]
    public async Task Histories_WithCutsAndRestarts_EndAsThePlainModelSays()
    {
        var first = Setting("MESH_CONVERGENCE_FIRST", 0);
        var seeds = Enumerable.Range(first, Setting("MESH_CONVERGENCE_SEEDS", DefaultSeeds));
        var failed = int.MaxValue;
        var seen = "";
        var gate = new Lock();
        await Parallel.ForEachAsync(seeds, TestContext.Current.CancellationToken, async (seed, stop) =>
        {
            if (seed < Volatile.Read(ref failed) && await FaultOfAsync(Step.History(seed)) is { } fault)
            {
                lock (gate)
                {
                    (failed, seen) = seed < failed ? (seed, fault) : (failed, seen);
                }
            }
        });
        if (failed < int.MaxValue)
        {
            Assert.Fail($"{seen}\n{await ReportAsync(failed)}");
        }
    }

    [Fact]
    public async Task Mesh_DeletedAndMadeAgainBetweenTwoMessages_ComesBackWithWhatTheZoneHasInIt()
    {
        Step mesh = new(Act.PutMesh, 0, 0, 0, 0, 1);
        Step own = new(Act.PutOwn, 0, 0, 0, 0, 1);
        Step all = new(Act.Settle, 0, 0, 0, 0, 0);
        Step[] history = [mesh, new(Act.Connect, 0, 0, 0, 0, 0), all, own, all, new(Act.DeleteMesh, 0, 0, 0, 0, 0), mesh, all];
        Assert.Null(await FaultOfAsync(history));
    }

    [Fact]
    public async Task Mesh_MadeAnewWhileAFirstSyncIsOnItsWay_EndsWithWhatIsInIt()
    {
        Step mesh = new(Act.PutMesh, 0, 0, 0, 0, 1);
        Step given = new(Act.PutGiven, 0, 0, 0, 0, 1);
        Step connect = new(Act.Connect, 0, 0, 0, 0, 0);
        Step all = new(Act.Settle, 0, 0, 0, 0, 0);
        for (var messages = 1; messages < 40; messages++)
        {
            Step some = new(Act.Deliver, 0, 0, messages % 4, messages % 2, messages);
            Step[] history = [mesh, given, connect, all, new(Act.Cut, 0, 0, 0, 0, 0), new(Act.DeleteMesh, 0, 0, 0, 0, 0), connect, some, mesh, given, all];
            Assert.Null(await FaultOfAsync(history));
        }
    }

    /// <summary>The shortest history that still fails: no step can be left out.</summary>
    private static async Task<string> ReportAsync(int seed)
    {
        var history = Step.History(seed).ToList();
        for (var size = history.Count / 2; size > 0; size /= 2)
        {
            for (var at = 0; at + size <= history.Count;)
            {
                List<Step> shorter = [.. history.Take(at), .. history.Skip(at + size)];
                if (await FaultOfAsync(shorter) is null)
                {
                    at += size;
                }
                else
                {
                    history = shorter;
                }
            }
        }

        var steps = string.Join('\n', history.Select((step, i) => $"{i + 1,3}. {step}"));
        return $"seed {seed}, shortest history:\n{steps}\n{await FaultOfAsync(history)}";
    }

    private static async Task<string?> FaultOfAsync(IEnumerable<Step> history)
    {
        try
        {
            return await World.RunAsync(history);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            return fault.ToString();
        }
    }

    private static int Setting(string name, int fallback) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : fallback;
}
