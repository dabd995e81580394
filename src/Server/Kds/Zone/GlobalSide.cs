using System.Text.Json;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Server.DataPlane;
using Mesh.Server.Hosting;
using Mesh.Server.Kds.Wire;
using Mesh.Server.Rest;
using Mesh.Server.Settings;
using Mesh.Zone.Sync;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Kds.Zone;

/// <summary>Everything of a zone that has to do with its Global.</summary>
internal sealed class GlobalSide : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly Task _firstSync;

    private GlobalSide(ZoneSyncParts parts, GlobalConnector connector, CancellationTokenSource stop, Task firstSync) =>
        (Parts, Connector, _stop, _firstSync) = (parts, connector, stop, firstSync);

    /// <summary>What its connections share.</summary>
    public ZoneSyncParts Parts { get; }

    /// <summary>Keeps it connected.</summary>
    public GlobalConnector Connector { get; }

    /// <summary>Starts to follow the store and to connect. Does not wait for Global: the zone works without.</summary>
    public static async Task<GlobalSide> StartAsync(
        ControlPlaneSettings settings,
        IResourceStore store,
        ResourceCatalog catalog,
        InstanceIdentity instance,
        IProxyAdmin proxies,
        ZoneParts work,
        TimeProvider clock,
        ILoggerFactory loggers,
        CancellationToken cancellationToken)
    {
        var zone = settings.Multizone.Zone;
        var logger = loggers.CreateLogger<GlobalConnector>();
        var sync = new ZoneSync(store, catalog, new ZoneSyncOptions { Zone = zone.Name }, clock, loggers.CreateLogger<ZoneSync>());
        GlobalConnector? connector = null;
        var first = new FirstSync(sync.ReceivedTypes);
        var restoration = new StoreRestoration(
            sync, catalog, first.WasEmpty, new RestorationNote(store), token => work.Lifecycle?.StartAsync(token) ?? Task.CompletedTask);
        var parts = new ZoneSyncParts
        {
            Zone = zone.Name,
            Sync = sync,
            FirstSync = first,
            Restoration = restoration,
            Answers = new ProxyAnswers(proxies, store, zone.Kds.MaxMsgSize, logger),
            Node = NodeMetadata.Encode(instance, JsonSerializer.Serialize(settings.WithoutSecrets(), SettingsJson.Options)),
            Options = KdsLimits.Of(zone.Kds.MaxMsgSize, zone.Kds.NackBackoff),
            Metrics = new KdsMetrics(() => connector?.State.IsConnected == true ? 1 : 0),
            Clock = clock,
            Logger = logger,
        };
        await sync.StartAsync(cancellationToken);
        var stop = new CancellationTokenSource();
        var firstSync = first.RunAsync(store, new FirstSync.Steps(restoration.Settled, work.SettledAsync), clock, logger, stop.Token);
        connector = new GlobalConnector(
            MultizoneValidator.ParseAddress(zone.GlobalAddress)!,
            zone.Kds,
            new ZoneCredentials(zone.Name, instance, zone.Kds.Auth),
            () => new ZoneStreams(parts),
            clock,
            logger);
        connector.Start();
        return new GlobalSide(parts, connector, stop, firstSync);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _firstSync.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        await Connector.DisposeAsync();
        await Parts.Sync.DisposeAsync();
    }
}
