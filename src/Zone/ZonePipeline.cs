using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Mesh.Engine;
using Mesh.Model.Policies;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Policies;
using Mesh.Zone.Compile;
using Mesh.Zone.Ingest;
using Mesh.Zone.Plan;
using Mesh.Zone.Secrets;
using Mesh.Zone.View;
using Microsoft.Extensions.Logging;

namespace Mesh.Zone;

/// <summary>
/// From facts to snapshots: follows the store, keeps a view of each mesh, plans and compiles the proxies that a change can
/// touch, and publishes what came of it in the engine. Safe for concurrent use.
/// </summary>
public sealed class ZonePipeline : IIngestSink, IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, MeshRounds> _meshes = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private readonly IWorkloadSecrets? _secrets;
    private readonly IAdminCertificates? _adminCertificates;
    private readonly RoundTools _tools;
    private readonly StoreIngest _ingest;
    private Task _running = Task.CompletedTask;
    private volatile bool _isSynced;

    /// <summary>A pipeline that is not started.</summary>
    /// <param name="store">Where resources live.</param>
    /// <param name="engine">Where snapshots are published, under <see cref="ProxyKey.EngineId"/>.</param>
    /// <param name="options">Settings.</param>
    /// <param name="secrets">Certificates of proxies; null: proxies get none.</param>
    /// <param name="adminCertificates">Certificates of admin listeners; null: the listeners only tell readiness.</param>
    /// <param name="logger">Log.</param>
    /// <param name="time">Clock of pauses.</param>
    /// <param name="catalog">The policies; null: all of them.</param>
    public ZonePipeline(
        IResourceStore store,
        ResourceEngine engine,
        ZonePipelineOptions options,
        IWorkloadSecrets? secrets,
        IAdminCertificates? adminCertificates,
        ILogger<ZonePipeline> logger,
        TimeProvider time,
        PolicyCatalog? catalog = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        catalog ??= PolicyCatalog.Default;
        _secrets = secrets;
        _adminCertificates = adminCertificates;
        Engine = engine;
        var cache = new CompileCache(new PlanCompiler(catalog), engine, Metrics);
        _tools = new RoundTools(
            options.Zone,
            options.Environment,
            catalog,
            new ProxyPlanner(catalog, options.Plan, adminCertificates),
            cache,
            new SharedOutputs(cache, engine),
            engine,
            secrets,
            new RoundWorkers(Math.Max(1, options.Workers)),
            Metrics,
            logger);
        _ingest = new StoreIngest(store, this, options.WatchPause, time, logger);
    }

    /// <summary>Where the snapshots are.</summary>
    public ResourceEngine Engine { get; }

    /// <summary>How much was done.</summary>
    public ZoneMetrics Metrics { get; } = new();

    /// <summary>Completes when everything that the store held at the start has been taken in.</summary>
    public Task Synced => _synced.Task;

    /// <summary>Distinct sub-plans in use now.</summary>
    public int CompiledParts => _tools.Cache.Count;

    /// <summary>Sets of outbounds that are kept for a mesh.</summary>
    internal int KnownOutbounds(string mesh) => _meshes.TryGetValue(mesh, out var rounds) ? rounds.KnownOutbounds : 0;

    /// <summary>Starts following the store.</summary>
    public void Start()
    {
        if (_secrets is not null)
        {
            _secrets.Changed += OnCertificateChanged;
        }

        if (_adminCertificates is not null)
        {
            _adminCertificates.Changed += OnAdminCertificatesChanged;
        }

        _running = Task.Run(() => _ingest.RunAsync(_stop.Token));
    }

    /// <summary>A proxy opened a stream, or sent other metadata on it.</summary>
    public void Connect(ProxyConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        Rounds(connection.Proxy.Mesh).Queue.Connect(connection);
    }

    /// <summary>A stream of a proxy ended; with its last one the proxy's snapshot is taken away.</summary>
    public void Disconnect(ProxyKey proxy, long connectionId)
    {
        if (_meshes.TryGetValue(proxy.Mesh, out var rounds))
        {
            rounds.Queue.Disconnect(proxy.Name, connectionId);
        }
    }

    /// <summary>The view of a mesh after its last round; null: nothing is known of it.</summary>
    public MeshView? FindView(string mesh) => _meshes.TryGetValue(mesh, out var rounds) ? rounds.View : null;

    /// <summary>What became of a connected proxy; null: it is not connected.</summary>
    public ProxyStatus? FindStatus(ProxyKey proxy) =>
        _meshes.TryGetValue(proxy.Mesh, out var rounds) ? rounds.Statuses.GetValueOrDefault(proxy.Name) : null;

    /// <summary>What became of every connected proxy of a mesh.</summary>
    public IReadOnlyCollection<ProxyStatus> Statuses(string mesh) =>
        _meshes.TryGetValue(mesh, out var rounds) ? [.. rounds.Statuses.Values] : [];

    /// <summary>
    /// The configuration of a proxy as <c>_config</c> shows it: <c>{"xds": {TYPE: {NAME: RESOURCE}}}</c>, without keys.
    /// Null: it has none now.
    /// </summary>
    public JsonObject? GetConfig(ProxyKey proxy)
    {
        using var snapshot = Engine.AcquireSnapshot(proxy.EngineId);
        return snapshot is null ? null : new JsonObject { ["xds"] = ConfigJson.Write(Engine, snapshot) };
    }

    /// <summary>Completes when everything posted until now has been worked in and no round runs.</summary>
    public async Task WhenIdleAsync()
    {
        await Synced.ConfigureAwait(false);
        foreach (var rounds in _meshes.Values)
        {
            await rounds.Queue.Idle.ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_secrets is not null)
        {
            _secrets.Changed -= OnCertificateChanged;
        }

        if (_adminCertificates is not null)
        {
            _adminCertificates.Changed -= OnAdminCertificatesChanged;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var rounds in _meshes.Values)
        {
            await rounds.Queue.Idle.ConfigureAwait(false);
        }

        _tools.Workers.Dispose();
        _stop.Dispose();
    }

    void IIngestSink.Changed(ResourceKey key, Resource? resource)
    {
        var mesh = key.Kind == TargetKinds.Mesh ? key.Name : key.Mesh;
        if (mesh.Length > 0)
        {
            Rounds(mesh).Queue.Post(batch => batch.Resources[key] = resource);
        }
    }

    void IIngestSink.Synced()
    {
        _isSynced = true;
        foreach (var rounds in _meshes.Values)
        {
            rounds.Queue.Unhold();
        }

        _synced.TrySetResult();
    }

    /// <summary>Rounds wait until the store was read once: half a mesh would look like deletions to its proxies.</summary>
    private MeshRounds Rounds(string mesh)
    {
        var rounds = _meshes.GetOrAdd(mesh, static (name, tools) => new MeshRounds(name, tools, held: true), _tools);
        if (_isSynced)
        {
            rounds.Queue.Unhold();
        }

        return rounds;
    }

    private void OnCertificateChanged(ProxyKey proxy)
    {
        if (_meshes.TryGetValue(proxy.Mesh, out var rounds))
        {
            rounds.Queue.Post(batch => batch.Certificates.Add(proxy.Name));
        }
    }

    private void OnAdminCertificatesChanged()
    {
        foreach (var rounds in _meshes.Values)
        {
            rounds.Queue.Post(batch => batch.IsForAll = true);
        }
    }
}
