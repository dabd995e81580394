using System.Diagnostics;
using Mesh.Engine;
using Mesh.Fleet;
using Mesh.Model.Resources;
using Mesh.Stores.Memory;
using Mesh.Zone;
using Mesh.Zone.Ingest;
using Microsoft.Extensions.Logging.Abstractions;

// From a write in the store to the snapshots of every proxy it concerns, nobody connected: planning, compiling and publishing alone.
// Arguments: proxies shapes services called [redirected]; default: scenario B9.
const string MeshName = "default";
var shape = FleetShape.Parse(args);
Console.WriteLine(shape);
var engine = new ResourceEngine();
await using var store = new MemoryStore(TimeProvider.System);
await using var pipeline = new ZonePipeline(
    store, engine, new ZonePipelineOptions(), null, null, NullLogger<ZonePipeline>.Instance, TimeProvider.System);
await MeasureAsync("fill the store", async () =>
{
    foreach (var resource in FleetResources.Of(shape))
    {
        await store.CreateAsync(resource);
    }
});

for (var i = 0; i < shape.Proxies; i++)
{
    pipeline.Connect(new ProxyConnection(new ProxyKey(MeshName, FleetResources.Proxy(i)), new ProxyMetadata { AdminPort = 9901, ReadinessPort = 9902 }, i));
}

await MeasureAsync("first snapshots of all", async () =>
{
    pipeline.Start();
    await pipeline.WhenIdleAsync();
});

await ChangeAsync("mesh-wide policy, new", FleetResources.Timeout(3));
for (var i = 0; i < 4; i++)
{
    await ChangeAsync("mesh-wide policy, changed", FleetResources.Timeout(4 + i));
}

await ChangeAsync("mesh-wide policy, written again unchanged", FleetResources.Timeout(7));
for (var i = 0; i < 3; i++)
{
    await ChangeAsync("policy of one workload", FleetResources.TimeoutOf(1, 20 + i));
}

for (var i = 0; i < 3; i++)
{
    await ChangeAsync("one endpoint", FleetResources.Dataplane(shape, 3, 8081 + i));
}

async Task ChangeAsync(string name, Resource resource)
{
    await MeasureAsync(name, async () =>
    {
        var rounds = pipeline.Metrics.Rounds;
        if (await store.GetAsync(resource.Key) is { } stored)
        {
            await store.UpdateAsync(resource with { Version = stored.Version });
        }
        else
        {
            await store.CreateAsync(resource);
        }

        while (pipeline.Metrics.Rounds == rounds)
        {
            await Task.Yield();
        }

        await pipeline.WhenIdleAsync();
    });
}

async Task MeasureAsync(string name, Func<Task> work)
{
    GC.Collect();
    var metrics = pipeline.Metrics;
    var (plans, compiles, publishes) = (metrics.Plans, metrics.Compiles, metrics.Publishes);
    var allocated = GC.GetTotalAllocatedBytes();
    var processor = Process.GetCurrentProcess().TotalProcessorTime;
    var watch = Stopwatch.StartNew();
    await work();
    watch.Stop();
    var cpu = Process.GetCurrentProcess().TotalProcessorTime - processor;
    Console.WriteLine(
        $"{name,-45} {watch.Elapsed.TotalMilliseconds,9:F1} ms  cpu {cpu.TotalMilliseconds,9:F0} ms  "
        + $"planned {metrics.Plans - plans,6}  compiled {metrics.Compiles - compiles,7}  published {metrics.Publishes - publishes,6}  "
        + $"allocated {(GC.GetTotalAllocatedBytes() - allocated) >> 10,10:N0} KiB  heap {GC.GetTotalMemory(false) >> 20,6:N0} MiB  rss {Environment.WorkingSet >> 20:N0} MiB");
}

Console.WriteLine(engine.Counts);
