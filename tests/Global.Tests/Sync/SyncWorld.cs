using Mesh.Global.Sync;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Policies.Core;
using Mesh.Stores.Memory;
using Mesh.Testing.Kds;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Global.Tests.Sync;

/// <summary>A Global and zones in memory, with real KDS between them.</summary>
internal sealed class SyncWorld : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _open = [];
    private GlobalSync? _global;

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));

    public ResourceCatalog Catalog { get; } = MeshCatalog.Create();

    public MemoryStore Store { get; private set; } = null!;

    public GlobalSync Global => _global!;

    /// <summary>Starts Global on a store.</summary>
    public static SyncWorld Start()
    {
        var world = new SyncWorld();
        world.Store = new MemoryStore(world.Clock);
        world.RestartGlobal();
        return world;
    }

    /// <summary>Starts Global anew on its store.</summary>
    public void RestartGlobal()
    {
        _global = new GlobalSync(Store, Catalog, new GlobalSyncOptions(), Clock, NullLogger.Instance);
        _open.Add(_global);
        _global.Start();
    }

    /// <summary>A zone that is not connected.</summary>
    public async Task<ZoneWorld> ZoneAsync(string name, MemoryStore? store = null)
    {
        var zone = new ZoneWorld(this, name, store ?? new MemoryStore(Clock));
        _open.Add(zone);
        await zone.Sync.StartAsync();
        return zone;
    }

    /// <summary>A zone with the mesh <c>default</c> and resources of its own, all of which are in its feed.</summary>
    public async Task<ZoneWorld> ZoneWithAsync(string name, params IReadOnlyList<Resource> resources)
    {
        var store = new MemoryStore(Clock);
        await store.CreateAsync(SampleResources.Of("Mesh"));
        foreach (var resource in resources)
        {
            await store.CreateAsync(resource);
        }

        var zone = await ZoneAsync(name, store);
        await zone.Sync.Ready;
        return zone;
    }

    /// <summary>A zone that is connected, and has everything.</summary>
    public async Task<ZoneWorld> ConnectedZoneAsync(string name, MemoryStore? store = null)
    {
        var zone = await ZoneAsync(name, store);
        await zone.ConnectAsync();
        return zone;
    }

    public ValueTask<Resource> PutAsync(string kind, string? name = null, params (string Key, string Value)[] labels) =>
        PutAsync(Store, kind, name, labels);

    public async ValueTask DisposeAsync()
    {
        foreach (var open in Enumerable.Reverse(_open))
        {
            await open.DisposeAsync();
        }
    }

    internal static async ValueTask<Resource> PutAsync(IResourceStore store, string kind, string? name, params (string Key, string Value)[] labels)
    {
        var sample = SampleResources.Of(kind);
        return await store.CreateAsync(sample with
        {
            Name = name ?? sample.Name,
            Labels = labels.Length == 0 ? sample.Labels : labels.ToDictionary(l => l.Key, l => l.Value),
        });
    }

    internal async Task EnsureZoneAsync(string name)
    {
        if (await Store.GetAsync(new ResourceKey("Zone", "", name)) is null)
        {
            await Store.CreateAsync(new Resource { Descriptor = ZoneKind.Resource, Name = name, Spec = new ZoneSpec { Enabled = true } });
        }
    }

    internal async Task EnableAsync(string zone, bool enabled)
    {
        var stored = await Store.GetAsync(new ResourceKey("Zone", "", zone));
        await Store.UpdateAsync(stored! with { Spec = new ZoneSpec { Enabled = enabled } });
    }
}
