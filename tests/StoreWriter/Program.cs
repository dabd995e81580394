using System.Globalization;
using Mesh.Model.Resources;
using Mesh.Model.Text;
using Mesh.Stores.Embedded;
using Mesh.StoreWriter;
using Mesh.Testing.Resources;
using Microsoft.Extensions.Logging.Abstractions;

// FOLDER writes NUMBER: so many writers write to the store in the folder until the process is killed, and say what was acknowledged.
// FOLDER routine STEP and FOLDER open STEP: a routine, or its opening alone, at whose step STEP the process is killed; 0: it is not.
var (folder, what, number) = (args[0], args[1], int.Parse(args[2], CultureInfo.InvariantCulture));
await using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
if (what != "writes")
{
    await Routine.RunAsync(folder, new DeadlySteps(number), what == "open", output);
    return;
}

await using var store = await EmbeddedStore.OpenAsync(
    new EmbeddedStoreOptions { DataDirectory = folder, CompactionMinimumBytes = 100_000 },
    TestKinds.Catalog,
    ModelJson.Options,
    TimeProvider.System,
    NullLogger<EmbeddedStore>.Instance);
if (await store.GetAsync(new ResourceKey("Mesh", "", "default")) is null)
{
    await store.CreateAsync(TestKinds.New(TestKinds.Mesh, "default"));
}

await Task.WhenAll(Enumerable.Range(0, number).Select(writer => Task.Run(() => new Writer(store, output, writer).WriteForEverAsync())));
