using System.Globalization;
using Mesh.Model.Resources;
using Mesh.Model.Text;
using Mesh.Stores.Embedded;
using Mesh.StoreWriter;
using Mesh.Testing.Resources;
using Microsoft.Extensions.Logging.Abstractions;

// Writes to the store in the folder given until it is killed, and says what was acknowledged.
await using var store = await EmbeddedStore.OpenAsync(
    new EmbeddedStoreOptions { DataDirectory = args[0], CompactionMinimumBytes = 100_000 },
    TestKinds.Catalog,
    ModelJson.Options,
    TimeProvider.System,
    NullLogger<EmbeddedStore>.Instance);
await using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
if (await store.GetAsync(new ResourceKey("Mesh", "", "default")) is null)
{
    await store.CreateAsync(TestKinds.New(TestKinds.Mesh, "default"));
}

var writers = int.Parse(args[1], CultureInfo.InvariantCulture);
await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(() => new Writer(store, output, writer).WriteForEverAsync())));
