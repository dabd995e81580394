using System.Collections.Concurrent;
using System.Globalization;
using Mesh.Model.Stores;
using Mesh.Stores.Embedded.Storage;
using Mesh.StoreWriter;
using Mesh.Testing.Resources;

namespace Mesh.Stores.Tests.Embedded;

/// <summary>
/// A process that writes resources and manifests is killed at each step that changes a file, bytes half written, and the one that opens them after it
/// too. What the power takes on top of that, <see cref="PowerCutTests"/> try.
/// </summary>
public sealed class KillAtEveryStepTests : IDisposable
{
    /// <summary>After one kill of so many, the process that opens is killed too.</summary>
    private const int OpensEvery = 3;

    /// <summary>At one of so many steps, if it has as many.</summary>
    private const int StepsOfOpening = 12;

    private static readonly List<(StoreModel Model, Func<IResourceStore, Task> Ask)> _writes = Routine.Writes();

    private readonly string _folders = Directory.CreateTempSubdirectory("mesh-kill").FullName;

    public void Dispose() => Directory.Delete(_folders, recursive: true);

    [Fact]
    public async Task Kill_AtAnyStep_LosesNothingAcknowledged()
    {
        var whole = await RunAsync("whole", "routine", 0);
        Assert.Equal((_writes.Count - 1, false), (whole.Written, whole.WasKilled));
        var kills = new ConcurrentBag<int>();
        var killedOpenings = new ConcurrentBag<int>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = TestContext.Current.CancellationToken };
        await Parallel.ForAsync(1, whole.Steps + 1, options, async (step, _) =>
        {
            var folder = $"step-{step}";
            var killed = await RunAsync(folder, "routine", step);
            if (killed.WasKilled)
            {
                kills.Add(step);
            }

            var opening = step % OpensEvery == 0 ? 1 + (step / OpensEvery % StepsOfOpening) : 0;
            if (opening > 0 && (await RunAsync(folder, "open", opening)).WasKilled)
            {
                killedOpenings.Add(opening);
            }

            await AssertHoldsAsync(folder, killed, $"killed at step {step}, opened until step {opening}");
            Directory.Delete(Path.Combine(_folders, folder), recursive: true);
        });

        // All but the last few: how writes share a step with what tidies up is a matter of timing.
        Assert.InRange(kills.Count, whole.Steps - 5, whole.Steps);
        Assert.True(killedOpenings.Distinct().Count() >= 3, $"killed while they opened: {killedOpenings.Count}");
    }

    private async Task AssertHoldsAsync(string folder, Outcome killed, string when)
    {
        await using var store = Routine.OpenStore(new DiskFolder(Path.Combine(_folders, folder)));
        var found = await StoreModel.OfAsync(store);
        var expected = _writes.Skip(killed.Written).Take(2).Select(write => write.Model).ToArray();
        Assert.True(expected.Any(model => model.Matches(found)), $"{when}: found {found}, expected {string.Join(" or ", expected.AsEnumerable())}");

        await using var archive = Routine.OpenManifests(new DiskFolder(Path.Combine(_folders, folder, Routine.Manifests)), store);
        var manifest = archive.Find(Routine.SomeProxy);
        Assert.True(
            (killed.Manifests == 0 && manifest is null) || Routine.Manifest(killed.Manifests).Equals(manifest) || Routine.Manifest(killed.Manifests + 1).Equals(manifest),
            $"{when}: batch {killed.Manifests} of the manifests is not there");

        await store.CreateAsync(TestKinds.New(TestKinds.GlobalThing, "after"));
        archive.Write([new("after", Routine.Manifest(1))], _ => false);
        Assert.NotNull(archive.Find("after"));
    }

    private async Task<Outcome> RunAsync(string folder, string what, int step)
    {
        using var process = StoreProcess.Start(Path.Combine(_folders, folder), what, step);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var said = (await StoreProcess.ReadToEndAsync(process)).Select(line => line.Split(' ')).ToLookup(words => words[0], words => words[1]);
        var wasKilled = process.ExitCode != 0;
        Assert.True((await errors).Length == 0, $"{what} until step {step}: {await errors}");
        return new Outcome(Last(said["R"]), Last(said["M"]), Last(said["E"]), wasKilled);
    }

    private static int Last(IEnumerable<string> numbers) => int.Parse(numbers.LastOrDefault("0"), CultureInfo.InvariantCulture);

    /// <summary>What a process had acknowledged when it ended.</summary>
    private sealed record Outcome(int Written, int Manifests, int Steps, bool WasKilled);
}
