using System.Globalization;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Model.Text;
using Mesh.Stores.Embedded;
using Mesh.Testing.Resources;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Stores.Tests.Embedded;

/// <summary>A process in which several write at once is killed without warning, again and again.</summary>
public sealed class KillTests : IDisposable
{
    private const int Kills = 8;
    private const int Writers = 6;

    private readonly string _folder = Directory.CreateTempSubdirectory("mesh-kill").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Kill_AtAnyMoment_LosesNothingAcknowledged()
    {
        var random = new Random(1);
        var acknowledged = new int[Writers];
        var generation = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            var lines = await WriteAndKillAsync(after: random.Next(1, 400));
            var complete = new Dictionary<int, int>();
            var deleted = new Dictionary<int, int>();
            foreach (var parts in lines.Select(line => line.Split(' ')))
            {
                var (writer, number) = (int.Parse(parts[1], CultureInfo.InvariantCulture), int.Parse(parts[2], CultureInfo.InvariantCulture));
                switch (parts[0])
                {
                    case "W":
                        acknowledged[writer] = number;
                        break;
                    case "C":
                        complete[writer] = number;
                        break;
                    default:
                        deleted[writer] = number;
                        complete.Remove(writer);
                        break;
                }
            }

            await using var store = await EmbeddedStore.OpenAsync(
                new EmbeddedStoreOptions { DataDirectory = _folder }, TestKinds.Catalog, ModelJson.Options, TimeProvider.System, NullLogger<EmbeddedStore>.Instance);
            generation = store.Generation;
            for (var writer = 0; writer < Writers; writer++)
            {
                var counter = await store.GetAsync(new ResourceKey("Thing", "default", $"counter-{writer}"));
                var number = counter?.SpecAs<TestSpec>().Number ?? 0;
                Assert.InRange(number, acknowledged[writer], acknowledged[writer] + 1);
                acknowledged[writer] = number;
            }

            await AssertPartsAsync(store, complete, deleted);
        }

        Assert.True(generation > 1, "no kill met a compaction");
    }

    private static async Task AssertPartsAsync(EmbeddedStore store, Dictionary<int, int> complete, Dictionary<int, int> deleted)
    {
        var parts = (await store.ListAsync(new ResourceQuery { Kind = "Part" })).Items;
        foreach (var part in parts)
        {
            // A cascade is all or nothing: no part is left without its owner.
            Assert.NotNull(await store.GetAsync(part.Owner!.Value));
            var (writer, number) = (int.Parse(part.Name.Split('-')[1], CultureInfo.InvariantCulture), int.Parse(part.Name.Split('-')[2], CultureInfo.InvariantCulture));
            Assert.True(number >= deleted.GetValueOrDefault(writer), $"{part.Name} is back");
        }

        foreach (var (writer, number) in complete)
        {
            var own = parts.Where(part => part.Name.StartsWith($"part-{writer}-", StringComparison.Ordinal)).ToList();
            if (own.All(part => part.Name.StartsWith($"part-{writer}-{number}-", StringComparison.Ordinal)) && own.Count > 0)
            {
                Assert.Equal(3, own.Count);
            }
        }
    }

    /// <summary>Kills a writer once it has acknowledged a number of writes.</summary>
    /// <returns>Everything it said.</returns>
    private async Task<List<string>> WriteAndKillAsync(int after)
    {
        using var process = StoreProcess.Start(_folder, "writes", Writers);
        var lines = new List<string>();
        try
        {
            while (lines.Count < after)
            {
                lines.Add(await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)
                    ?? throw new InvalidOperationException(await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)));
            }
        }
        finally
        {
            process.Kill();
        }

        lines.AddRange(await StoreProcess.ReadToEndAsync(process));
        return [.. lines.Where(line => line.Split(' ').Length == 3 && line.Split(' ')[2].Length > 0)];
    }
}
