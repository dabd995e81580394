using Mesh.Identity.Secrets;
using Mesh.Model.Labels;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Policies.Core;
using Mesh.Server.DataPlane;
using Mesh.Server.Hosting.Rehearsing;
using Mesh.Server.Rest;
using Mesh.Server.Rest.Access;
using Mesh.Server.Rest.Resources;
using Mesh.Server.Settings;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Hosting;

/// <summary>
/// A running control plane: the composition root. Parts start in the order in which they need each other, clients are let in
/// last, and everything stops in the opposite order.
/// </summary>
public sealed class ControlPlane : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _parts = new();
    private readonly Readiness _readiness;
    private readonly HttpHost _diagnostics;
    private ControlPlaneAddresses? _addresses;
    private HostedParts? _host;
    private ProxyServing? _serving;

    private ControlPlane(ControlPlaneSettings settings, IResourceStore store, HttpHost diagnostics, Readiness readiness)
    {
        (Settings, Store, _diagnostics, _readiness) = (settings, Push(store), Push(diagnostics), readiness);
    }

    /// <summary>Settings in effect.</summary>
    public ControlPlaneSettings Settings { get; }

    /// <summary>Where its resources live. Owned by the control plane.</summary>
    public IResourceStore Store { get; }

    /// <summary>Kinds that it knows.</summary>
    public ResourceCatalog Catalog { get; } = MeshCatalog.Create();

    /// <summary>Where it listens.</summary>
    public ControlPlaneAddresses Addresses => _addresses ?? throw new InvalidOperationException("The control plane has not started.");

    /// <summary>
    /// Starts a control plane and returns when everything that a client may ask for is there. Its diagnostics answer sooner: that it is alive, and not ready.
    /// </summary>
    /// <param name="settings">Valid settings.</param>
    /// <param name="loggers">Where it logs; stays the caller's.</param>
    /// <param name="clock">Its time.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="SettingsException">A port, a file or the store cannot be used.</exception>
    public static async Task<ControlPlane> StartAsync(
        ControlPlaneSettings settings, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var readiness = new Readiness();
        var controlPlane = await OpenAsync(settings, readiness, loggers, clock, cancellationToken);
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

    /// <summary>
    /// Begins to make the code ready that a fleet needs when it comes: it is not waited for, and ends when proxies come. Nothing where none connect.
    /// </summary>
    public void Rehearse() => Rehearse(new RehearsalPlan());

    /// <param name="plan">How much of it.</param>
    internal void Rehearse(RehearsalPlan plan)
    {
        if (_host is { } host && _serving is { } serving)
        {
            Push(Rehearsal.Start(host, serving, plan));
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

    /// <summary>Opens the store, and starts the diagnostics meanwhile: a large store takes seconds, in which nobody may think that the process hangs.</summary>
    private static async Task<ControlPlane> OpenAsync(
        ControlPlaneSettings settings, Readiness readiness, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellationToken)
    {
        var opening = StoreFactory.OpenAsync(settings.Store, MeshCatalog.Create(), clock, loggers, cancellationToken);
        HttpHost diagnostics;
        try
        {
            diagnostics = await DiagnosticsServer.StartAsync(settings.Diagnostics, readiness, loggers, cancellationToken);
        }
        catch
        {
            await opening.ContinueWith(
                static opened => opened.IsCompletedSuccessfully ? opened.Result.DisposeAsync().AsTask() : Task.CompletedTask, TaskScheduler.Default).Unwrap();
            throw;
        }

        try
        {
            return new ControlPlane(settings, await opening, diagnostics, readiness);
        }
        catch
        {
            await diagnostics.DisposeAsync();
            throw;
        }
    }

    private async Task StartPartsAsync(ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellationToken)
    {
        var certificates = new ServerCertificates(Settings, clock);
        var host = new HostedParts(Settings, Store, Catalog, new TokenKeys(Store), InstanceIdentity.Create(Store.StoreId), certificates, clock, loggers);
        var reader = new ResourceReader(Catalog, Labels());
        IControlPlaneRole role = Settings.IsGlobal
            ? await GlobalRole.StartAsync(host, cancellationToken)
            : await ZoneRole.StartAsync(host, reader, cancellationToken);
        Push(role);
        (_host, _serving) = (host, role.Serving);
        var rest = await StartRestAsync(host, role, reader, cancellationToken);
        role.Begin();
        _addresses = new ControlPlaneAddresses(
            Reachable(rest?.Addresses.FirstOrDefault(a => a.Scheme == "http")),
            Reachable(rest?.Addresses.FirstOrDefault(a => a.Scheme == "https")),
            Reachable(role.ProxiesAddress),
            Reachable(_diagnostics.Addresses[0])!,
            Reachable(role.ZonesAddress));
        WarnOfOpenDoors(loggers.CreateLogger<ControlPlane>());
        _readiness.Condition = () => role.IsReady;
        _readiness.IsReady = true;
    }

    private async Task<HttpHost?> StartRestAsync(HostedParts host, IControlPlaneRole role, ResourceReader reader, CancellationToken cancellationToken)
    {
        var services = new RestServices(
            Store, Catalog, Settings, new AccessPolicy(Settings.Access.Static), host.Instance, host.Clock, new WriteScope(Settings));
        var writer = new ResourceWriter(services, reader, role.CompleteMeshAsync, role.IsZoneOnline);
        var authenticator = new Authenticator(new UserTokens(host.Keys, host.Clock).VerifyAsync, Settings.ApiServer.Authn.LocalhostIsAdmin);
        var router = RestApi.Create(services, authenticator, writer, host.Keys, role, host.Loggers);
        var rest = await RestServer.StartAsync(Settings.ApiServer, router, host.Certificates, host.Loggers, cancellationToken);
        return rest is null ? null : Push(rest);
    }

    private LabelContext Labels() => new()
    {
        IsGlobal = Settings.IsGlobal,
        Zone = Settings.IsGlobal ? "" : Settings.Multizone.Zone.Name,
        Environment = Settings.Environment,
        IsFederated = Settings.IsFederatedZone,
        RequiresOrigin = !Settings.Multizone.Zone.DisableOriginLabelValidation,
    };

    /// <summary>What works as the contract has it and is easily overlooked is said once.</summary>
    private void WarnOfOpenDoors(ILogger logger)
    {
        if (!Settings.ApiServer.Authn.LocalhostIsAdmin)
        {
            HostingLog.AnonymousWrites(logger);
        }

        if (Settings.IsGlobal)
        {
            return;
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
