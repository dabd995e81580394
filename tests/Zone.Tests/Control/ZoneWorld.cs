using System.Collections.Frozen;
using Mesh.Identity.Secrets;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Model.Text;
using Mesh.Policies.Core;
using Mesh.Stores.Memory;
using Mesh.Zone.Control;
using Mesh.Zone.Control.Workloads;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Zone.Tests.Control;

/// <summary>A zone's controllers over a memory store and a clock that stands still.</summary>
internal sealed class ZoneWorld : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private ZoneWorld(ZoneControlOptions options, IResourceStore? store, FakeTimeProvider? clock)
    {
        Options = options;
        Clock = clock ?? new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 7, 0, 0, TimeSpan.Zero));
        Store = store ?? new MemoryStore(Clock);
        Controllers = new ZoneControllers(Store, Catalog, new TokenKeys(Store), Clock, options, NullLogger<ZoneControllers>.Instance);
    }

    public static ResourceCatalog Catalog { get; } = MeshCatalog.Create();

    public ZoneControlOptions Options { get; }

    public FakeTimeProvider Clock { get; }

    public IResourceStore Store { get; }

    public ZoneControllers Controllers { get; }

    public static async Task<ZoneWorld> StartAsync(ZoneControlOptions? options = null, IResourceStore? store = null, FakeTimeProvider? clock = null)
    {
        var world = new ZoneWorld(options ?? new ZoneControlOptions { MeshInsightInterval = TimeSpan.Zero }, store, clock);
        await world.Controllers.StartAsync(TestContext.Current.CancellationToken).WaitAsync(_patience);
        return world;
    }

    public async Task<Resource> ApplyAsync(string yaml)
    {
        Resource? last = null;
        foreach (var parsed in ResourceYaml.ParseAll(yaml, Catalog))
        {
            last = await PutAsync(parsed.Resource!);
        }

        return last!;
    }

    /// <summary>Writes as the API does: labels computed, a known resource replaced.</summary>
    public async Task<Resource> PutAsync(Resource resource)
    {
        var labels = new Dictionary<string, string>(resource.Labels);
        if (resource.Mesh.Length > 0)
        {
            var isOfZone = resource.Descriptor.Sync.HasFlag(SyncDirections.ProvidedByZone);
            foreach (var (key, value) in GeneratedLabels.OfZone(resource.Mesh, resource.Name, Options))
            {
                if (isOfZone || key is not (ResourceLabels.Zone or ResourceLabels.Env))
                {
                    labels[key] = value;
                }
            }
        }

        resource = resource with { Labels = labels.ToFrozenDictionary() };
        while (true)
        {
            var known = await Store.GetAsync(resource.Key);
            try
            {
                return known is null
                    ? await Store.CreateAsync(resource)
                    : await Store.UpdateAsync(known with { Labels = resource.Labels, Spec = resource.Spec });
            }
            catch (ResourceConflictException)
            {
                // A controller was faster.
            }
        }
    }

    public async Task<T?> GetAsync<T>(string kind, string name, string mesh = "default")
        where T : class => (await Store.GetAsync(new ResourceKey(kind, mesh, name)))?.Status as T;

    public async Task<Resource> FindAsync(string kind, string name, Func<Resource, bool> condition, string mesh = "default") =>
        await UntilAsync(async () => await Store.GetAsync(new ResourceKey(kind, mesh, name)) is { } resource && condition(resource) ? resource : null, $"{kind} {name}");

    public async Task<T> UntilAsync<T>(Func<Task<T?>> look, string what)
        where T : class
    {
        using var patience = new CancellationTokenSource(_patience);
        while (true)
        {
            if (await look() is { } found)
            {
                return found;
            }

            Assert.False(patience.IsCancellationRequested, $"waited in vain for {what}");
            Clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(5);
        }
    }

    public async Task GoneAsync(string kind, string name, string mesh = "default") =>
        await UntilAsync(async () => await Store.GetAsync(new ResourceKey(kind, mesh, name)) is null ? "gone" : null, $"{kind} {name} to go");

    /// <summary>Lets everything that is under way come to rest: the store stands still.</summary>
    public async Task SettleAsync()
    {
        var quiet = 0;
        var revision = -1L;
        while (quiet < 12)
        {
            quiet = revision == Store.Revision ? quiet + 1 : 0;
            revision = Store.Revision;
            Clock.Advance(TimeSpan.FromMilliseconds(150));
            await Task.Delay(10);
        }
    }

    /// <summary>Says that a proxy is connected, and by which identity it is known.</summary>
    public Task ConnectAsync(string dataplane, string? identity = null, string mesh = "default") => PutInsightAsync(dataplane, mesh, new DataplaneInsightSpec
    {
        Subscriptions = [new DiscoverySubscription { Id = dataplane, ConnectTime = Clock.GetUtcNow() }],
        Mtls = identity is null ? null : new DataplaneInsightTls { IssuedBackend = identity },
    });

    public Task DisconnectAsync(string dataplane, string mesh = "default") => PutInsightAsync(dataplane, mesh, new DataplaneInsightSpec
    {
        Subscriptions = [new DiscoverySubscription { Id = dataplane, ConnectTime = Clock.GetUtcNow(), DisconnectTime = Clock.GetUtcNow() }],
    });

    public async ValueTask DisposeAsync() => await Controllers.DisposeAsync();

    private async Task PutInsightAsync(string dataplane, string mesh, DataplaneInsightSpec spec)
    {
        var key = new ResourceKey(DataplaneInsightKind.Name, mesh, dataplane);
        var known = await Store.GetAsync(key);
        if (known is null)
        {
            await Store.CreateAsync(new Resource { Descriptor = DataplaneInsightKind.Resource, Mesh = mesh, Name = dataplane, Spec = spec });
        }
        else
        {
            await Store.UpdateAsync(known with { Spec = spec });
        }
    }
}
