using Mesh.Global.Sync;
using Mesh.Model.Resources;
using Mesh.Stores.Memory;
using Mesh.Testing.Kds;
using Mesh.Zone.Sync;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Global.Tests.Sync;

/// <summary>One zone of a <see cref="SyncWorld"/>.</summary>
internal sealed class ZoneWorld(SyncWorld world, string name, MemoryStore store) : IAsyncDisposable
{
    public string Name { get; } = name;

    public MemoryStore Store { get; } = store;

    public ZoneSync Sync { get; } = new(store, world.Catalog, new ZoneSyncOptions { Zone = name }, world.Clock, NullLogger.Instance);

    public SyncStream Down { get; private set; } = null!;

    public SyncStream Up { get; private set; } = null!;

    public GlobalLink Link { get; private set; } = null!;

    public ZoneLink AtGlobal { get; private set; } = null!;

    /// <summary>Opens both streams and waits for what they bring at first.</summary>
    public async Task ConnectAsync(bool asKuma = false)
    {
        await OpenAsync(asKuma);
        await Down.FirstSets;
        await Up.FirstSets;
    }

    /// <summary>Waits until both feeds are true to their stores, so that what is opened now begins with everything that was written.</summary>
    public async Task FollowedAsync()
    {
        while (world.Global.Revision < world.Store.Revision || Sync.Revision < Store.Revision)
        {
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Opens both streams.</summary>
    public async Task OpenAsync(bool asKuma = false)
    {
        await world.EnsureZoneAsync(Name);
        Link = Sync.Connect();
        AtGlobal = world.Global.Connect(Name);
        Down = await SyncStream.OpenAsync(world.Global.Feed, Name, Sync.ReceivedTypes, Link, Link.ApplyAsync, asKuma);
        Up = await SyncStream.OpenAsync(Sync.Feed, "global", world.Global.ReceivedTypes, AtGlobal, AtGlobal.ApplyAsync, asKuma);
    }

    /// <summary>Cuts both streams.</summary>
    public async Task CutAsync()
    {
        if (Down is not null)
        {
            await Down.DisposeAsync();
            await Up.DisposeAsync();
            await Link.DisposeAsync();
            await AtGlobal.DisposeAsync();
        }
    }

    public ValueTask<Resource> PutAsync(string kind, string? name = null, params (string Key, string Value)[] labels) =>
        SyncWorld.PutAsync(Store, kind, name, labels);

    public async ValueTask DisposeAsync()
    {
        await CutAsync();
        await Sync.DisposeAsync();
    }
}
