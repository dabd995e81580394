using Mesh.Model.Resources;
using Mesh.Server.Ads.Streams;
using Mesh.Server.Bootstrap;
using Mesh.Server.DataPlane;
using Mesh.Server.Kds.Zone;
using Mesh.Server.Rest.Resources;
using Mesh.Zone.Sync;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Hosting;

/// <summary>A zone: its own work, the port of its proxies, and its connection to Global where it has one.</summary>
internal sealed class ZoneRole : IControlPlaneRole
{
    private readonly HostedParts _host;
    private readonly ZoneParts _zone;
    private readonly ConnectedProxies _connected = new();
    private readonly EngineMetrics _metrics;
    private ManifestParts? _manifests;
    private HttpHost? _dataPlane;

    private ZoneRole(HostedParts host, ZoneParts zone)
    {
        _host = host;
        _zone = zone;
        Serving = new ProxyServing(zone.Pipeline, new AdsStreams());
        _metrics = new EngineMetrics(zone.Pipeline, host.Meters);
        Proxies = new LocalProxyAdmin(_connected, new EnvoyAdminClient(zone.Authorities), zone.Pipeline, host.Store);
    }

    /// <inheritdoc/>
    public IProxyAdmin Proxies { get; }

    /// <inheritdoc/>
    public ProxyServing Serving { get; }

    /// <inheritdoc/>
    public GlobalSide? Global { get; private set; }

    /// <inheritdoc/>
    public bool IsReady => Global is null || Global.Parts.FirstSync.IsDone;

    /// <inheritdoc/>
    public Uri? ProxiesAddress => _dataPlane?.Addresses[0];

    /// <inheritdoc/>
    public Uri? ZonesAddress => null;

    /// <summary>Starts everything; completes when what existed before has been worked on once. Global is not waited for.</summary>
    public static async Task<ZoneRole> StartAsync(HostedParts host, ResourceReader reader, CancellationToken cancellationToken)
    {
        var settings = host.Settings;
        if (!settings.IsFederatedZone)
        {
            await ZoneSync.ReleaseAsync(host.Store, host.Catalog, settings.Multizone.Zone.Name, host.Loggers.CreateLogger<ZoneSync>(), cancellationToken);
        }

        var zone = await ZoneParts.StartAsync(
            settings, host.Store, host.Catalog, host.Keys, host.Instance.InstanceId, host.Clock, host.Loggers, cancellationToken);
        var role = new ZoneRole(host, zone);
        try
        {
            role._manifests = ManifestParts.Start(host, zone.Pipeline.Engine);
            if (settings.IsFederatedZone)
            {
                role.Global = await GlobalSide.StartAsync(
                    settings, host.Store, host.Catalog, host.Instance, role.Proxies, zone, host.Clock, host.Loggers, cancellationToken);
            }

            role._dataPlane = await role.StartDataPlaneAsync(reader, cancellationToken);

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
        // A client may ask for what comes of all that is stored: it was read before it could.
    }

    /// <inheritdoc/>
    public ValueTask CompleteMeshAsync(Resource mesh, CancellationToken cancellationToken) => _zone.CompleteMeshAsync(mesh, cancellationToken);

    /// <inheritdoc/>
    public bool IsZoneOnline(string zone) => zone == _host.Settings.Multizone.Zone.Name;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Global is not null)
        {
            await Global.DisposeAsync();
        }

        if (_dataPlane is not null)
        {
            await _dataPlane.DisposeAsync();
        }

        _metrics.Dispose();
        await _zone.DisposeAsync();

        // Behind what publishes: what proxies were given last is recorded too.
        if (_manifests is not null)
        {
            await _manifests.DisposeAsync();
        }
    }

    private Task<HttpHost> StartDataPlaneAsync(ResourceReader reader, CancellationToken cancellationToken)
    {
        var (settings, store) = (_host.Settings, _host.Store);
        var tokens = settings.DpServer.Authn.DpProxy.Type == "none" ? null : new DataplaneTokens(store, _host.Keys, settings.Environment, _host.Clock);
        var rotation = new ProxyRotation(store);
        var registration = new DataplaneRegistration(
            store, reader, new Mesh.Zone.Lifecycle.DataplaneRegistration(store, ZoneParts.Control(settings, _host.Instance.InstanceId)));
        var registry = new ProxyRegistry(
            _zone.Pipeline,
            _zone.Lifecycle,
            store,
            registration,
            rotation,
            _connected,
            _manifests?.Archive,
            _host.Clock,
            _host.Loggers.CreateLogger<ProxyRegistry>());
        return DataPlaneServer.StartAsync(
            settings,
            _host.Certificates,
            new DataPlaneParts(
                _host.Instance.InstanceId,
                _host.Meters,
                _zone.Pipeline.Engine,
                Serving.Streams,
                new StreamAuthenticator(tokens, store, registration),
                registry,
                _zone.HealthChecks,
                new StoreBootstrapDataplanes(store, reader.Labels),
                tokens is null ? new NoTokenRequired() : tokens,
                rotation,
                () => IsReady),
            _host.Clock,
            _host.Loggers,
            cancellationToken);
    }
}
