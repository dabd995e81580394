using Mesh.Identity.Certificates;
using Mesh.Identity.Secrets;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Zone.Control.Loop;
using Mesh.Zone.Control.Services;
using Mesh.Zone.Control.Workloads;
using Mesh.Zone.Defaults;
using Mesh.Zone.Identity;
using Mesh.Zone.Ingest;
using Mesh.Zone.Insights;
using Mesh.Zone.Probes;
using Mesh.Zone.Secrets;
using Microsoft.Extensions.Logging;

namespace Mesh.Zone.Control;

/// <summary>
/// Everything that a zone computes and writes by itself: defaults, addresses and host names, MeshServices and Workloads with
/// their statuses, identities and their certificates, and the counts of meshes. One process of a zone runs it.
/// </summary>
public sealed class ZoneControllers : IAsyncDisposable
{
    private readonly AuthorityTable _authorityTable = new();
    private readonly Authorities _authorities;
    private readonly AdminCertificates _adminCertificates;
    private readonly WorkloadSecrets _workloadSecrets;
    private readonly ProbeController _probes;
    private readonly SystemDefaults _defaults;
    private readonly ControlLoop _loop;
    private CertificateAuthority? _adminAuthority;
    private bool _started;

    /// <summary>Controllers that do not run yet.</summary>
    /// <param name="store">What they watch and write.</param>
    /// <param name="catalog">Kinds and their defaults.</param>
    /// <param name="keys">Token keys in the same store.</param>
    /// <param name="clock">Source of time.</param>
    /// <param name="options">Settings.</param>
    /// <param name="logger">Where faults are told.</param>
    /// <exception cref="FormatException">An address range in the options is none.</exception>
    public ZoneControllers(
        IResourceStore store, ResourceCatalog catalog, TokenKeys keys, TimeProvider clock, ZoneControlOptions options, ILogger<ZoneControllers> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        _authorities = new Authorities(store, clock);
        _adminCertificates = new AdminCertificates(clock);
        _workloadSecrets = new WorkloadSecrets(_authorityTable, clock, options, logger);
        MeshDefaults = new MeshDefaults(store, catalog, keys, options);
        _defaults = new SystemDefaults(store, MeshDefaults, keys, _authorities, clock, options);
        _probes = new ProbeController(store, options);
        _loop = new ControlLoop(store, clock, Controllers(store, clock, options, logger), options, logger);
        _probes.Ask = _loop.Ask;
    }

    /// <summary>Defaults of new meshes, for whoever creates one.</summary>
    public MeshDefaults MeshDefaults { get; }

    /// <summary>Certificates of proxies.</summary>
    public IWorkloadSecrets WorkloadSecrets => _workloadSecrets;

    /// <summary>Certificates of admin listeners.</summary>
    public IAdminCertificates AdminCertificates => _adminCertificates;

    /// <summary>How many computed facts cannot be kept true at the moment, and proxies that cannot get a certificate.</summary>
    public int Faults => _loop.Faults + _workloadSecrets.Failing;

    internal WorkloadSecrets Certificates => _workloadSecrets;

    /// <summary>Creates what is missing and starts. Completes when all that existed before has been worked on once.</summary>
    /// <exception cref="StoreException">The store refused a default.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        _adminAuthority = await _defaults.CreateAsync(cancellationToken).ConfigureAwait(false);
        _adminCertificates.Use(_adminAuthority);
        _started = true;
        _loop.Start();
        await _loop.Ready.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Completes when what the zone computes by itself is true to everything that the store holds.</summary>
    public Task SettledAsync(CancellationToken cancellationToken = default) => _loop.SettledAsync(cancellationToken);

    /// <summary>A proxy opened a health stream.</summary>
    /// <param name="proxy">Which proxy.</param>
    /// <param name="adminPort">Port of its admin listener, which tells whether it is ready; 0: it has none.</param>
    public ProbeStream ConnectProbes(ProxyKey proxy, uint adminPort) => _probes.Connect(proxy, adminPort);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_started)
        {
            await _loop.DisposeAsync().ConfigureAwait(false);
        }

        await _adminCertificates.DisposeAsync().ConfigureAwait(false);
        _workloadSecrets.Dispose();
        _authorities.Dispose();
        _adminAuthority?.Dispose();
    }

    private List<IController> Controllers(IResourceStore store, TimeProvider clock, ZoneControlOptions options, ILogger logger)
    {
        var naming = new ServiceNaming(options, logger);
        var services = new MeshServiceController(store, naming, options);
        var external = new ExternalServiceController(store, naming);
        var multiZone = new MultiZoneServiceController(store, naming);
        var byKind = new Dictionary<string, IController>(StringComparer.Ordinal)
        {
            [MeshServiceKind.Name] = services,
            [MeshExternalServiceKind.Name] = external,
            [MeshMultiZoneServiceKind.Name] = multiZone,
        };
        services.Neighbours = byKind;
        external.Neighbours = byKind;
        multiZone.Neighbours = byKind;
        return
        [
            new WorkloadController(store, clock, options, logger),
            new IdentityController(store, _authorities, clock, options, _authorityTable),
            services,
            external,
            multiZone,
            _probes,
            new AdminCertificateController(_adminCertificates),
            new MeshInsightController(store, clock, options),
        ];
    }
}
