using System.Globalization;
using Mesh.Engine.Persistence;
using Mesh.Model.Stores;
using Mesh.Model.Text;
using Mesh.Stores.Embedded;
using Mesh.Stores.Embedded.Storage;
using Mesh.Stores.Manifests;
using Mesh.Testing.Resources;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.StoreWriter;

/// <summary>
/// The same writes each time, to a store and to the manifests beside it, enough for both to be rewritten. Says <c>R number</c> for what the store
/// acknowledged, <c>M number</c> for a batch of manifests and <c>E steps</c> at the end.
/// </summary>
internal static class Routine
{
    public const string Manifests = "manifests";
    public const string SomeProxy = "default.a-proxy-whose-name-is-long-7";

    private const int WriteCount = 24;
    private const int ManifestsEvery = 3;
    private const int BatchSize = 4000;

    public static ManifestArchive OpenManifests(IStorageFolder folder, EmbeddedStore store) =>
        ManifestArchive.Open(folder, store.StoreId, TimeProvider.System, NullLogger.Instance);

    public static EmbeddedStore OpenStore(IStorageFolder folder, long compactAt = 2048) => EmbeddedStore.Open(
        folder, new EmbeddedStoreOptions { CompactionMinimumBytes = compactAt }, TestKinds.Catalog, ModelJson.Options, TimeProvider.System, NullLogger.Instance);

    /// <summary>The store after each write that it acknowledges, the empty one first, and how to ask for it.</summary>
    public static List<(StoreModel Model, Func<IResourceStore, Task> Ask)> Writes()
    {
        var random = new Random(11);
        var all = new List<(StoreModel Model, Func<IResourceStore, Task> Ask)> { (StoreModel.Empty, _ => Task.CompletedTask) };
        for (var i = 0; all.Count <= WriteCount; i++)
        {
            var (next, isAccepted, ask) = all[^1].Model.Step(i == 0 ? 0 : random.Next(7), random.Next(15), new string('x', random.Next(900)));
            if (isAccepted)
            {
                all.Add((next, ask));
            }
        }

        return all;
    }

    /// <summary>A batch of manifests; its number is in all of them.</summary>
    public static SnapshotManifest Manifest(int number) => new([new SliceMark(1, (UInt128)(number * 1000)), new SliceMark(2, (UInt128)number)]);

    /// <summary>Opens both, and writes unless it is to open only.</summary>
    public static async Task RunAsync(string path, DeadlySteps steps, bool opensOnly, StreamWriter output)
    {
        await using var store = OpenStore(new MortalFolder(new DiskFolder(path), steps));
        await using var archive = OpenManifests(new MortalFolder(new DiskFolder(Path.Combine(path, Manifests)), steps), store);
        if (opensOnly)
        {
            return;
        }

        var writes = Writes();
        for (var number = 1; number < writes.Count; number++)
        {
            await writes[number].Ask(store);
            Say("R", number);
            if (number % ManifestsEvery == 0)
            {
                var batch = number / ManifestsEvery;
                archive.Write(
                    [.. Enumerable.Range(0, BatchSize).Select(i => new KeyValuePair<string, SnapshotManifest>(NameOf(i), Manifest(batch)))], _ => false);
                Say("M", batch);
            }
        }

        if (store.Generation < 2 || archive.Generation < 2)
        {
            throw new InvalidOperationException($"not rewritten: generations {store.Generation} and {archive.Generation}");
        }

        Say("E", steps.Count);

        void Say(string what, int number) => output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what} {number}"));
    }

    private static string NameOf(int proxy) => string.Create(CultureInfo.InvariantCulture, $"default.a-proxy-whose-name-is-long-{proxy}");
}
