using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Mesh.Cli.Client;
using Mesh.Identity.Secrets;
using Microsoft.Extensions.Logging;

namespace Mesh.Cli.Demo.Zones;

/// <summary>What runs in the demo's zones: zone proxies, services with sidecars, and the service outside.</summary>
internal sealed class ZonesWorkloads : IDisposable
{
    private const string Portal = "passenger-portal";
    private const string CheckIn = "check-in-api";
    private const string FlightControl = "flight-control";
    private const string Weather = "weather-feed";
    private const string WeatherName = "weather.example";
    private static readonly IPAddress _outside = IPAddress.Parse("127.0.0.9");
    private readonly IReadOnlyList<ZoneSite> _zones;
    private readonly string _envoyPath;
    private readonly ILoggerFactory _loggers;
    private readonly TimeProvider _clock;
    private readonly X509Certificate2 _certificate;
    private readonly IPEndPoint _weather = new(_outside, FreePorts.Of(_outside, 1)[0]);
    private readonly int _controlInbound;
    private readonly int[] _portalPorts = FreePorts.Of(IPAddress.Loopback, 5);

    public ZonesWorkloads(IReadOnlyList<ZoneSite> zones, string envoyPath, ILoggerFactory loggers, TimeProvider clock)
    {
        (_zones, _envoyPath, _loggers, _clock) = (zones, envoyPath, loggers, clock);
        _certificate = ExternalFeed.NewCertificate(WeatherName, clock.GetUtcNow());
        _controlInbound = FreePorts.Of(Last.Address, 1)[0];
        ZoneProxies = [.. zones.SelectMany(z => new[] { Named("ingress", z), Named("egress", z) })];
        Services = [Named(FlightControl, Last), .. zones.Select(z => Named(CheckIn, z)), Named(Portal, zones[0]), Weather];
        Routes = CreateRoutes();
    }

    /// <summary>Names of the zone proxies.</summary>
    public IReadOnlyList<string> ZoneProxies { get; }

    /// <summary>Names of the services, the one outside the mesh too.</summary>
    public IReadOnlyList<string> Services { get; }

    /// <summary>The calls to show.</summary>
    public IReadOnlyList<DemoRoute> Routes { get; }

    /// <summary>The service outside and who may call it, for Global.</summary>
    public string External => ZonesResources.External(Weather, _weather, WeatherName, _certificate.ExportCertificatePem());

    private ZoneSite Last => _zones[^1];

    /// <summary>Adds everything as parts, none of them started.</summary>
    public void AddTo(DemoParts parts)
    {
        foreach (var zone in _zones)
        {
            Add(parts, Named("ingress", zone), token => StartProxyAsync(zone, "ingress", "ZoneIngress", zone.IngressPort, token));
            Add(parts, Named("egress", zone), token => StartProxyAsync(zone, "egress", "ZoneEgress", zone.EgressPort, token));
        }

        Add(parts, Weather, async token => await ExternalFeed.StartAsync(Weather, _weather, _certificate, token));
        AddService(parts, FlightControl, Last, _controlInbound, []);
        foreach (var zone in _zones)
        {
            var toControl = FreePorts.Of(IPAddress.Loopback, 1)[0];
            AddService(parts, CheckIn, zone, FreePorts.Of(zone.Address, 1)[0], [(toControl, BackendOf(FlightControl, zone))]);
        }

        AddService(
            parts,
            Portal,
            _zones[0],
            _portalPorts[0],
            [
                (_portalPorts[2], "{kind: MeshMultiZoneService, labels: {kuma.io/display-name: check-in}, port: 80}"),
                (_portalPorts[3], BackendOf(FlightControl, _zones[0])),
                (_portalPorts[4], $"{{kind: MeshExternalService, labels: {{kuma.io/display-name: {Weather}}}, port: 80}}"),
            ]);
    }

    /// <summary>Waits until a zone has the mesh and its keys from Global: until then it can give no proxy a token.</summary>
    /// <exception cref="CliException">It does not get them.</exception>
    public async Task JoinedAsync(ZoneSite zone, ApiClient api, CancellationToken cancellationToken)
    {
        var start = _clock.GetTimestamp();
        while (!await HasAsync(api, "meshidentities", cancellationToken)
            || !await HasAsync(api, $"secrets/{SecretNames.DataplaneTokenKeyPrefix("default")}1", cancellationToken))
        {
            if (_clock.GetElapsedTime(start) > TimeSpan.FromSeconds(60))
            {
                throw new CliException($"{zone.Name} did not get everything from Global within 60 s");
            }

            await Task.Delay(20, cancellationToken);
        }
    }

    public void Dispose() => _certificate.Dispose();

    private static string Named(string what, ZoneSite zone) => $"{what}-{zone.Number}";

    private static async Task<bool> HasAsync(ApiClient api, string path, CancellationToken cancellationToken)
    {
        try
        {
            return await api.FindAsync("/meshes/default/" + path, cancellationToken) is { } found && found["items"] is not JsonArray { Count: 0 };
        }
        catch (ApiException)
        {
            // The mesh itself is not there yet.
            return false;
        }
    }

    private static Uri Local(int port) => new($"http://127.0.0.1:{port}");

    private void Add(DemoParts parts, string name, Func<CancellationToken, Task<IAsyncDisposable>> start) =>
        parts.Add(new DemoPart(name, start, _clock));

    /// <summary>Flight control as a zone knows it: its own, or the one that another zone offers.</summary>
    private string BackendOf(string service, ZoneSite zone) => zone == Last
        ? $"{{kind: MeshService, name: {service}, port: {_controlInbound}}}"
        : $"{{kind: MeshService, labels: {{kuma.io/display-name: {service}, kuma.io/zone: {Last.Name}}}, port: {_controlInbound}}}";

    /// <param name="parts">Where it is added.</param>
    /// <param name="service">Its service.</param>
    /// <param name="zone">Its zone.</param>
    /// <param name="inbound">Port of its sidecar.</param>
    /// <param name="outbounds">Destinations; the application sends requests on to the first.</param>
    private void AddService(DemoParts parts, string service, ZoneSite zone, int inbound, (int Port, string Backend)[] outbounds)
    {
        var name = Named(service, zone);
        var ports = service == Portal ? (Application: _portalPorts[1], Admin: FreePorts.Of(IPAddress.Loopback, 1)[0]) : Pair(FreePorts.Of(IPAddress.Loopback, 2));
        var dataplane = ZonesResources.Workload(name, service, zone, (inbound, ports.Application, ports.Admin), outbounds);
        Add(parts, name, async token =>
        {
            var application = await DemoService.StartAsync($"{service} in {zone.Name}", token, ports.Application);
            application.Next = outbounds.Length > 0 ? Local(outbounds[0].Port) : null;
            try
            {
                return new DemoPair(application, await StartSidecarAsync(zone, name, service, dataplane, token));
            }
            catch
            {
                await application.DisposeAsync();
                throw;
            }
        });
    }

    private static (int Application, int Admin) Pair(int[] ports) => (ports[0], ports[1]);

    private async Task<IAsyncDisposable> StartProxyAsync(ZoneSite zone, string what, string type, int port, CancellationToken cancellationToken)
    {
        var name = Named(what, zone);
        var admin = FreePorts.Of(IPAddress.Loopback, 1)[0];
        return await StartSidecarAsync(
            zone, name, $"zone-{what}", ZonesResources.ZoneProxy(name, $"zone-{what}", zone, admin, type, port), cancellationToken);
    }

    private async Task<DemoSidecar> StartSidecarAsync(
        ZoneSite zone, string name, string workload, string dataplane, CancellationToken cancellationToken)
    {
        using var api = new ApiClient(new ControlPlaneAddress(zone.Http, null, null, false));
        return await DemoSidecar.StartAsync(name, workload, dataplane, zone.Proxies, api, _envoyPath, _loggers, cancellationToken);
    }

    private List<DemoRoute> CreateRoutes()
    {
        var (portal, control) = (Named(Portal, _zones[0]), Named(FlightControl, Last));
        var ways = _zones.Select(zone => (IReadOnlyList<string>)
            [portal, Named(CheckIn, zone), control, Named("ingress", Last), .. zone == _zones[0] ? Array.Empty<string>() : [Named("ingress", zone)]]).ToList();
        return
        [
            new DemoRoute("portal -> check-in -> flight-control", new Uri(Local(_portalPorts[1]), "/boarding/LH123"), 200, ways),
            new DemoRoute("portal -> flight-control (no permission)", new Uri(Local(_portalPorts[3]), "/slots"), 403, [[portal, control, Named("ingress", Last)]]),
            new DemoRoute("portal -> weather outside the mesh", new Uri(Local(_portalPorts[4]), "/FRA"), 200, [[portal, Named("egress", _zones[0]), Weather]]),
        ];
    }
}
