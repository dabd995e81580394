using Mesh.Engine;
using Mesh.Engine.Persistence;
using Mesh.Identity.Secrets;
using Mesh.Model.Labels;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Policies.Core;
using Mesh.Server.Bootstrap;
using Mesh.Server.DataPlane;
using Mesh.Server.Rest;
using Mesh.Server.Rest.Access;
using Mesh.Server.Rest.Resources;
using Mesh.Server.Settings;
using Mesh.Stores.Manifests;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Hosting;

/// <summary>
/// A running control plane: the composition root. Parts start in the order in which they need each other, clients are let in
/// last, and everything stops in the opposite order.
/// </summary>
public sealed class ControlPlane : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _parts = new();
    private readonly Readiness _readiness = new();
    private ControlPlaneAddresses? _addresses;

    private ControlPlane(ControlPlaneSettings settings, IResourceStore store)
    {
        Settings = settings;
        Store = store;
        _parts.Push(store);
    }

    /// <summary>Settings in effect.</summary>
    public ControlPlaneSettings Settings { get; }

    /// <summary>Where its resources live. Owned by the control plane.</summary>
    public IResourceStore Store { get; }

    /// <summary>Kinds that it knows.</summary>
    public ResourceCatalog Catalog { get; } = MeshCatalog.Create();

    /// <summary>Where it listens.</summary>
    public ControlPlaneAddresses Addresses => _addresses ?? throw new InvalidOperationException("The control plane has not started.");

    /// <summary>Starts a control plane and returns when everything that a client may ask for is there.</summary>
    /// <param name="settings">Valid settings.</param>
    /// <param name="loggers">Where it logs; stays the caller's.</param>
    /// <param name="clock">Its time.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="SettingsException">A port, a file or the store cannot be used.</exception>
    public static async Task<ControlPlane> StartAsync(
        ControlPlaneSettings settings, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var store = await StoreFactory.OpenAsync(settings.Store, MeshCatalog.Create(), clock, loggers, cancellationToken);
        var controlPlane = new ControlPlane(settings, store);
        try
        {
            await controlPlane.StartPartsAsync(loggers, clock, cancellationToken);
            return controlPlane;
        }
        catch
        {
            await controlPlane.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops: first no new requests, then streams and work, the store last.</summary>
    public async ValueTask DisposeAsync()
    {
        _readiness.IsReady = false;
        while (_parts.TryPop(out var part))
        {
            await part.DisposeAsync();
        }
    }

    private async Task StartPartsAsync(ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellationToken)
    {
        var certificates = new ServerCertificates(Settings, clock);
        var diagnostics = Push(await DiagnosticsServer.StartAsync(Settings.Diagnostics, _readiness, loggers, cancellationToken));
        var instance = InstanceIdentity.Create(Store.StoreId);
        var keys = new TokenKeys(Store);
        var zone = await ZoneParts.StartAsync(Settings, Store, Catalog, keys, instance.InstanceId, clock, loggers, cancellationToken);
        Push(zone);

        var services = new RestServices(Store, Catalog, Settings, new AccessPolicy(Settings.Access.Static), instance, clock, zone.Pipeline);
        var reader = new ResourceReader(Catalog, Labels());
        var writer = new ResourceWriter(services, reader, zone.CompleteMeshAsync);
        var manifests = RecordManifests(zone.Pipeline.Engine, clock, loggers);
        var proxies = new ConnectedProxies();
        var dataPlane = Push(await StartDataPlaneAsync(zone, proxies, manifests, keys, reader, certificates, instance.InstanceId, clock, loggers, cancellationToken));
        var authenticator = new Authenticator(new UserTokens(keys, clock).VerifyAsync, Settings.ApiServer.Authn.LocalhostIsAdmin);
        var router = RestApi.Create(services, authenticator, writer, keys, proxies, new EnvoyAdminClient(zone.Authorities), loggers);
        var rest = await RestServer.StartAsync(Settings.ApiServer, router, certificates, loggers, cancellationToken);
        if (rest is not null)
        {
            Push(rest);
        }

        _addresses = new ControlPlaneAddresses(
            Reachable(rest?.Addresses.FirstOrDefault(a => a.Scheme == "http")),
            Reachable(rest?.Addresses.FirstOrDefault(a => a.Scheme == "https")),
            Reachable(dataPlane.Addresses[0])!,
            Reachable(diagnostics.Addresses[0])!);
        WarnOfOpenDoors(loggers.CreateLogger<ControlPlane>());
        _readiness.IsReady = true;
    }

    private LabelContext Labels() => new()
    {
        Zone = Settings.Multizone.Zone.Name,
        Environment = Settings.Environment,
        IsFederated = Settings.Multizone.Zone.GlobalAddress.Length > 0,
        RequiresOrigin = !Settings.Multizone.Zone.DisableOriginLabelValidation,
    };

    private Task<HttpHost> StartDataPlaneAsync(
        ZoneParts zone,
        ConnectedProxies proxies,
        IManifestArchive? manifests,
        TokenKeys keys,
        ResourceReader reader,
        ServerCertificates certificates,
        string instanceId,
        TimeProvider clock,
        ILoggerFactory loggers,
        CancellationToken cancellationToken)
    {
        var tokens = Settings.DpServer.Authn.DpProxy.Type == "none" ? null : new DataplaneTokens(Store, keys, clock);
        var rotation = new ProxyRotation(Store);
        var registry = new ProxyRegistry(
            zone.Pipeline,
            zone.Lifecycle,
            Store,
            new DataplaneRegistration(Store, reader, new Zone.Lifecycle.DataplaneRegistration(Store, ZoneParts.Control(Settings, instanceId))),
            rotation,
            proxies,
            manifests,
            clock,
            loggers.CreateLogger<ProxyRegistry>());
        return DataPlaneServer.StartAsync(
            Settings,
            certificates,
            new DataPlaneParts(
                instanceId,
                zone.Pipeline.Engine,
                new StreamAuthenticator(tokens, Store, Catalog),
                registry,
                zone.HealthChecks,
                new StoreBootstrapDataplanes(Store),
                tokens is null ? new NoTokenRequired() : tokens,
                rotation),
            clock,
            loggers,
            cancellationToken);
    }

    /// <summary>Keeps what proxies are given, so that they are recognised after a restart. Null: it is not to be, or cannot be kept.</summary>
    private ManifestArchive? RecordManifests(ResourceEngine engine, TimeProvider clock, ILoggerFactory loggers)
    {
        if (Settings.Store.Type == "memory" || !Settings.Store.RecordManifests)
        {
            return null;
        }

        var path = Path.Combine(Settings.Store.DataDir, "manifests");
        var archive = ManifestArchive.Open(path, Store.StoreId, clock, loggers.CreateLogger<ManifestArchive>());
        if (archive is not null)
        {
            var logger = loggers.CreateLogger<ControlPlane>();
            Push(archive);
            Push(new ManifestRecorder(engine, archive, clock, fault => Tell(logger, path, fault)));
        }

        return archive;
    }

    private static void Tell(ILogger logger, string path, Exception? fault)
    {
        if (fault is null)
        {
            HostingLog.ManifestsWritten(logger, path);
        }
        else
        {
            HostingLog.ManifestsNotWritten(logger, path, fault.Message);
        }
    }

    /// <summary>What works as the contract has it and is easily overlooked is said once.</summary>
    private void WarnOfOpenDoors(ILogger logger)
    {
        if (!Settings.ApiServer.Authn.LocalhostIsAdmin)
        {
            HostingLog.AnonymousWrites(logger);
        }

        if (Settings.DpServer.Authn.DpProxy.Type == "none")
        {
            HostingLog.ProxiesUnauthenticated(logger);
        }

        if (Settings.DpServer.PlainText)
        {
            HostingLog.PlainText(logger);
        }
    }

    /// <summary>An address at which this machine is reached: nobody connects to "all addresses".</summary>
    private static Uri? Reachable(Uri? address) =>
        address is { Host: "0.0.0.0" or "[::]" } ? new UriBuilder(address) { Host = "localhost" }.Uri : address;

    private T Push<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Push(part);
        return part;
    }
}
