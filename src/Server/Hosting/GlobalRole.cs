using Mesh.Global.Defaults;
using Mesh.Global.Sync;
using Mesh.Global.Zones;
using Mesh.Identity.Secrets;
using Mesh.Model.Resources;
using Mesh.Server.DataPlane;
using Mesh.Server.Kds;
using Mesh.Server.Kds.Global;
using Mesh.Server.Kds.Wire;
using Mesh.Server.Kds.Zone;
using Mesh.Server.Settings;
using Mesh.Zone.Insights;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Hosting;

/// <summary>Global: the account of its zones, what it exchanges with them, and the port at which they connect.</summary>
internal sealed class GlobalRole : IControlPlaneRole
{
    private readonly HostedParts _host;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Authorities _authorities;
    private readonly GlobalDefaults _defaults;
    private readonly MeshInsights _insights;
    private readonly GlobalSync _sync;
    private readonly ZoneRegistry _zones;
    private readonly AdminStreams _admin;
    private readonly ZoneAuthenticator _authenticator;
    private readonly TokenWatch _tokens;
    private readonly HeapTrim _trim;
    private Task _counted = Task.CompletedTask;
    private HttpHost? _kds;

    private GlobalRole(HostedParts host)
    {
        _host = host;
        var (settings, store, clock) = (host.Settings, host.Store, host.Clock);
        _authorities = new Authorities(store, clock);
        _defaults = new GlobalDefaults(store, host.Catalog, host.Keys, _authorities, clock, new GlobalDefaultsOptions
        {
            SkipMeshCreation = settings.Defaults.SkipMeshCreation,
            SkipHostnameGenerators = settings.Defaults.SkipHostnameGenerators,
            BootstrapAdminToken = settings.ApiServer.Authn.Tokens.BootstrapAdminToken,
        });
        _insights = new MeshInsights(
            store, host.Catalog, clock, ZoneParts.Control(settings, host.Instance.InstanceId), host.Loggers.CreateLogger<MeshInsights>());
        _sync = new GlobalSync(store, host.Catalog, SyncOptions(settings.Multizone.Global.Kds), clock, host.Loggers.CreateLogger<GlobalSync>());
        _zones = new ZoneRegistry(store, clock, RegistryOptions(), host.Loggers.CreateLogger<ZoneRegistry>());
        _admin = new AdminStreams(clock);
        _authenticator = new ZoneAuthenticator(host.Keys, settings.Multizone.Global.Kds.Auth.Type != "none", clock);
        _tokens = new TokenWatch(store, _authenticator, clock, host.Loggers.CreateLogger<TokenWatch>());
        _trim = new HeapTrim(clock);
        Proxies = new RemoteProxyAdmin(_admin, store);
    }

    /// <inheritdoc/>
    public IProxyAdmin Proxies { get; }

    /// <inheritdoc/>
    public ProxyServing? Serving => null;

    /// <inheritdoc/>
    public GlobalSide? Global => null;

    /// <inheritdoc/>
    public bool IsReady => _counted.IsCompletedSuccessfully && _sync.Ready.IsCompletedSuccessfully;

    /// <inheritdoc/>
    public Uri? ProxiesAddress => null;

    /// <inheritdoc/>
    public Uri? ZonesAddress => _kds is null
        ? null
        : new UriBuilder(_kds.Addresses[0]) { Scheme = _host.Settings.Multizone.Global.Kds.TlsEnabled ? "grpcs" : "grpc" }.Uri;

    /// <summary>
    /// Starts everything but the reading of what is stored (<see cref="Begin"/>); completes when zones can connect. They are sent nothing, and what they send
    /// waits, until all that is stored was read once (<see cref="IsReady"/>): with a million resources the API answers seconds before that.
    /// </summary>
    public static async Task<GlobalRole> StartAsync(HostedParts host, CancellationToken cancellationToken)
    {
        var role = new GlobalRole(host);
        try
        {
            await role.StartAsync(cancellationToken);
            return role;
        }
        catch
        {
            await role.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Begin()
    {
        if (!_host.Settings.Defaults.SkipTenantResources)
        {
            _counted = _insights.StartAsync(_stopping.Token);
        }

        _sync.Start();
    }

    /// <inheritdoc/>
    public ValueTask CompleteMeshAsync(Resource mesh, CancellationToken cancellationToken) =>
        _host.Settings.Defaults.SkipTenantResources ? ValueTask.CompletedTask : _defaults.CompleteMeshAsync(mesh, cancellationToken);

    /// <inheritdoc/>
    public bool IsZoneOnline(string zone) => _zones.Find(zone) is not null;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Streams have no end of their own: they are ended before the port waits for them.
        await _stopping.CancelAsync();
        if (_kds is not null)
        {
            await _kds.DisposeAsync();
        }

        await _tokens.DisposeAsync();
        await _sync.DisposeAsync();
        await _zones.DisposeAsync();
        await _insights.DisposeAsync();
        _authorities.Dispose();
        _trim.Dispose();
        _stopping.Dispose();
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!_host.Settings.Defaults.SkipTenantResources)
        {
            await _defaults.CreateAsync(cancellationToken);
        }

        await _zones.StartAsync(cancellationToken);
        _tokens.Start();

        var settings = _host.Settings.Multizone.Global.Kds;
        var logger = _host.Loggers.CreateLogger<ZoneCalls>();
        WarnOfOpenDoors(logger);
        var streams = new ZoneSyncStreams(
            _sync,
            _host.Instance,
            KdsLimits.Of(settings.MaxMsgSize, settings.NackBackoff, ResponseShares.LargestOfGlobal),
            new KdsMetrics(() => _zones.Connected.Count()),
            _trim,
            _host.Clock,
            logger);
        var calls = new ZoneCalls(settings, _authenticator, _tokens, _zones, streams, _admin, _host.Clock, logger, _stopping.Token);
        _kds = await KdsServer.StartAsync(settings, _host.Certificates, calls, _host.Loggers, cancellationToken);
    }

    private static GlobalSyncOptions SyncOptions(GlobalKdsSettings settings) => new() { SkippedLabelPrefixes = settings.Labels.SkipPrefixes };

    private void WarnOfOpenDoors(ILogger logger)
    {
        if (_host.Settings.Multizone.Global.Kds.Auth.Type == "none")
        {
            KdsLog.ZonesUnauthenticated(logger);
        }

        if (!_host.Settings.Multizone.Global.Kds.TlsEnabled)
        {
            KdsLog.ZonesInClear(logger);
        }
    }

    private ZoneRegistryOptions RegistryOptions()
    {
        var kds = _host.Settings.Multizone.Global.Kds;
        return new ZoneRegistryOptions
        {
            InstanceId = _host.Instance.InstanceId,
            FlushInterval = kds.ZoneInsightFlushInterval,
            SubscriptionLimit = _host.Settings.Metrics.Zone.SubscriptionLimit,
            TakeoverDelay = kds.TakeoverDelay,
            HealthTimeout = kds.ZoneHealthCheck.PollInterval > TimeSpan.Zero ? kds.ZoneHealthCheck.Timeout : TimeSpan.Zero,
        };
    }
}
