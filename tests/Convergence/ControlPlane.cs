using Mesh.Global.Sync;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Stores.Memory;
using Mesh.Zone.Sync;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Convergence;

/// <summary>A store that lives on, and a process over it that restarts: Global's (no name) or a zone's.</summary>
internal sealed class ControlPlane(string? zone, FakeTimeProvider clock) : IAsyncDisposable
{
    private readonly MemoryStore _store = new(clock);

    public string? Zone { get; } = zone;

    public IResourceStore Store => _store;

    public GlobalSync Global { get; private set; } = null!;

    public ZoneSync OfZone { get; private set; } = null!;

    private long Followed => Zone is null ? Global.Revision : OfZone.Revision;

    /// <summary>Starts, or stops and starts anew.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        if (Zone is null)
        {
            Global = new GlobalSync(_store, Samples.Catalog, new GlobalSyncOptions(), clock, NullLogger.Instance);
            Global.Start();
            await Global.Ready;
        }
        else
        {
            OfZone = new ZoneSync(_store, Samples.Catalog, new ZoneSyncOptions { Zone = Zone, HoldMinimum = 1000 }, clock, NullLogger.Instance);
            await OfZone.StartAsync();
            await OfZone.Ready;
        }
    }

    /// <summary>Waits until the feed says what the store does.</summary>
    public async Task FollowAsync()
    {
        while (Followed < _store.Revision)
        {
            await Task.Yield();
        }
    }

    /// <summary>Creates or replaces a resource; false where its Mesh is not there.</summary>
    public bool TryPut(Resource resource)
    {
        try
        {
            var stored = _store.GetAsync(resource.Key).AsTask().Result;
            _ = stored is null
                ? _store.CreateAsync(resource).AsTask().Result
                : _store.UpdateAsync(resource with { Version = stored.Version }).AsTask().Result;
            return true;
        }
        catch (AggregateException fault) when (fault.InnerException is ResourceOwnerMissingException)
        {
            return false;
        }
    }

    /// <summary>Deletes a resource, if it is there.</summary>
    public void Delete(ResourceKey key)
    {
        if (_store.GetAsync(key).AsTask().Result is not null)
        {
            _store.DeleteAsync(key).AsTask().Wait();
        }
    }

    /// <summary>Everything stored but Zones.</summary>
    public IEnumerable<Resource> Everything() =>
        Samples.Catalog.All.Where(k => k.Kind != "Zone").SelectMany(k => _store.ListAsync(new ResourceQuery { Kind = k.Kind }).AsTask().Result.Items);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _store.DisposeAsync();
    }

    private async Task StopAsync()
    {
        if (Global is not null)
        {
            await Global.DisposeAsync();
        }

        if (OfZone is not null)
        {
            await OfZone.DisposeAsync();
        }
    }
}
