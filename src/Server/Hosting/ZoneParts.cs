using Mesh.Engine;
using Mesh.Identity.Secrets;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Server.Ads.Health;
using Mesh.Server.DataPlane;
using Mesh.Server.Settings;
using Mesh.Zone;
using Mesh.Zone.Control;
using Mesh.Zone.Lifecycle;
using Mesh.Zone.Plan;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Hosting;

/// <summary>The zone's own work: what it computes and writes by itself, and the pipeline that configures its proxies.</summary>
internal sealed class ZoneParts : IAsyncDisposable
{
    private readonly ZoneControllers? _controllers;

    private ZoneParts(ZoneControllers? controllers, ProxyLifecycle? lifecycle, ZonePipeline pipeline, Authorities authorities)
    {
        Lifecycle = lifecycle;
        Authorities = authorities;
        _controllers = controllers;
        Pipeline = pipeline;
    }

    public ZonePipeline Pipeline { get; }

    /// <summary>Follows proxies that come and go; null where the zone writes nothing by itself.</summary>
    public ProxyLifecycle? Lifecycle { get; }

    /// <summary>What proxies are to probe.</summary>
    public IHealthCheckSource HealthChecks => _controllers is null ? new NoHealthChecks() : new HealthChecks(_controllers);

    /// <summary>CAs that are kept in the store.</summary>
    public Authorities Authorities { get; }

    /// <summary>Starts both; completes when what existed before has been worked on once.</summary>
    public static async Task<ZoneParts> StartAsync(
        ControlPlaneSettings settings,
        IResourceStore store,
        ResourceCatalog catalog,
        TokenKeys keys,
        string instanceId,
        TimeProvider clock,
        ILoggerFactory loggers,
        CancellationToken cancellationToken)
    {
        var options = Control(settings, instanceId);
        var controllers = settings.Defaults.SkipTenantResources
            ? null
            : new ZoneControllers(store, catalog, keys, clock, options, loggers.CreateLogger<ZoneControllers>());
        var lifecycle = controllers is null
            ? null
            : new ProxyLifecycle(store, controllers, clock, options, loggers.CreateLogger<ProxyLifecycle>());
        var pipeline = new ZonePipeline(
            store,
            new ResourceEngine(),
            new ZonePipelineOptions
            {
                Zone = settings.Multizone.Zone.Name,
                Environment = settings.Environment,
                Plan = new PlanOptions { KnownInternalCidrs = settings.Ipam.KnownInternalCidrs },
            },
            controllers?.WorkloadSecrets,
            controllers?.AdminCertificates,
            loggers.CreateLogger<ZonePipeline>(),
            clock);
        var parts = new ZoneParts(controllers, lifecycle, pipeline, new Authorities(store, clock));
        try
        {
            if (controllers is not null)
            {
                await controllers.StartAsync(cancellationToken);
                await lifecycle!.StartAsync(cancellationToken);
            }

            pipeline.Start();
            await pipeline.Synced.WaitAsync(cancellationToken);
            return parts;
        }
        catch
        {
            await parts.DisposeAsync();
            throw;
        }
    }

    /// <summary>Completes when what the zone computes by itself is true to everything that the store holds.</summary>
    public Task SettledAsync(CancellationToken cancellationToken) => _controllers?.SettledAsync(cancellationToken) ?? Task.CompletedTask;

    /// <summary>Gives a new mesh what every mesh begins with.</summary>
    public ValueTask CompleteMeshAsync(Resource mesh, CancellationToken cancellationToken) =>
        _controllers is null ? ValueTask.CompletedTask : _controllers.MeshDefaults.CreateAsync(mesh, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Pipeline.DisposeAsync();
        if (Lifecycle is not null)
        {
            await Lifecycle.DisposeAsync();
        }

        if (_controllers is not null)
        {
            await _controllers.DisposeAsync();
        }

        Authorities.Dispose();
    }

    internal static ZoneControlOptions Control(ControlPlaneSettings settings, string instanceId) => new()
    {
        Zone = settings.Multizone.Zone.Name,
        Environment = settings.Environment,
        InstanceId = instanceId,
        IsFederated = settings.Multizone.Zone.GlobalAddress.Length > 0,
        SkipMeshCreation = settings.Defaults.SkipMeshCreation,
        SkipHostnameGenerators = settings.Defaults.SkipHostnameGenerators,
        BootstrapAdminToken = settings.ApiServer.Authn.Tokens.BootstrapAdminToken,
        MeshServiceCidr = settings.Ipam.MeshService.Cidr,
        MeshExternalServiceCidr = settings.Ipam.MeshExternalService.Cidr,
        MeshMultiZoneServiceCidr = settings.Ipam.MeshMultiZoneService.Cidr,
        TrustPropagation = settings.Multizone.Zone.TrustPropagation,
        MeshServiceDeletionGracePeriod = settings.MeshService.DeletionGracePeriod,
        DataplaneCleanupAge = settings.Runtime.Universal.DataplaneCleanupAge,
        DeregistrationDelay = settings.XdsServer.DataplaneDeregistrationDelay,
        InsightFlushInterval = settings.XdsServer.DataplaneStatusFlushInterval,
        MeshInsightInterval = settings.Metrics.Mesh.MinResyncInterval,
        SubscriptionLimit = settings.Metrics.Dataplane.SubscriptionLimit,
        IsHealthDiscoveryEnabled = settings.DpServer.Hds.Enabled,
        HealthReportInterval = settings.DpServer.Hds.Interval,
        BaseBackoff = settings.General.CertGenerationBaseBackoff,
        MaxBackoff = settings.General.CertGenerationMaxBackoff,
    };
}
