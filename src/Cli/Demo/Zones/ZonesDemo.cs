using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.Cli.Client;
using Mesh.Cli.Commands;
using Mesh.Cli.Input;
using Mesh.Model.Resources;
using Microsoft.Extensions.Logging;

namespace Mesh.Cli.Demo.Zones;

/// <summary>
/// Global, zones, an ingress and an egress in each, and Kong Air's services over them: passenger-portal in the first zone,
/// check-in-api in every zone, flight-control in the last, and a weather feed outside the mesh.
/// </summary>
internal sealed class ZonesDemo : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mesh-demo-");
    private readonly ZoneSite _global = ZoneSite.Global();
    private readonly List<ZoneSite> _zones;
    private readonly CommandContext _context;
    private readonly ApiClient _globalApi;
    private readonly ZonesWorkloads _workloads;

    /// <summary>A demo that is not yet started.</summary>
    /// <param name="context">Kinds and time.</param>
    /// <param name="zones">How many zones.</param>
    /// <param name="envoyPath">Envoy's program.</param>
    /// <param name="loggers">Where sidecars log.</param>
    public ZonesDemo(CommandContext context, int zones, string envoyPath, ILoggerFactory loggers)
    {
        _context = context;
        _zones = [.. Enumerable.Range(1, zones).Select(ZoneSite.Zone)];
        _globalApi = Api(_global);
        Parts.Add(new DemoPart(_global.Name, StartGlobalAsync, context.Clock));
        foreach (var zone in _zones)
        {
            Parts.Add(new DemoPart(zone.Name, token => StartZoneAsync(zone, token), context.Clock));
        }

        _workloads = new ZonesWorkloads(_zones, envoyPath, loggers, context.Clock);
        _workloads.AddTo(Parts);
    }

    /// <summary>Everything that can be killed and started.</summary>
    public DemoParts Parts { get; } = new();

    /// <summary>The calls to show.</summary>
    public IReadOnlyList<DemoRoute> Routes => _workloads.Routes;

    /// <summary>Folder with the stores and the output of control planes.</summary>
    public string Folder => _folder.FullName;

    /// <summary>Names of parts, and shorter words for services: word to name.</summary>
    public IReadOnlyDictionary<string, string> Words
    {
        get
        {
            var words = Parts.Names.ToDictionary(name => name, StringComparer.Ordinal);
            foreach (var name in Parts.Names.Where(n => !n.StartsWith("zone-", StringComparison.Ordinal)))
            {
                if (name.LastIndexOf('-') is > 0 and var dash && int.TryParse(name.AsSpan(dash + 1), CultureInfo.InvariantCulture, out _))
                {
                    words.TryAdd(name[..dash], name);
                }
            }

            return words;
        }
    }

    /// <summary>Where Global and the zones are, for people who want to look.</summary>
    public IEnumerable<(string Name, Uri Http)> Addresses => [(_global.Name, _global.Http), .. _zones.Select(z => (z.Name, z.Http))];

    /// <summary>Starts everything.</summary>
    /// <param name="output">Where progress is told.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    public async Task StartAsync(TextWriter output, CancellationToken cancellationToken)
    {
        foreach (var site in (ZoneSite[])[_global, .. _zones])
        {
            await GenerateKeyCommands.WriteTlsAsync(
                isServer: true, [site.Address.ToString()], site.CertFile(Folder), site.KeyFile(Folder), _context.Clock.GetUtcNow(), cancellationToken);
        }

        await Parts[_global.Name].StartAsync(cancellationToken);
        var policies = ZonesResources.Policies() + ZonesResources.FlightControlPermission(_zones.Count) + _workloads.External;
        await ApplyAsync(_globalApi, policies, cancellationToken);
        await output.WriteLineAsync($"global          {_global.Http}");
        await Task.WhenAll(_zones.Select(zone => JoinAsync(zone, cancellationToken)));
        foreach (var zone in _zones)
        {
            await output.WriteLineAsync($"{zone.Name,-15} {zone.Http}");
        }

        await Parts.StartAsync(_workloads.ZoneProxies, cancellationToken);
        await output.WriteLineAsync("zone proxies    " + string.Join(", ", _workloads.ZoneProxies));
        await Parts.StartAsync(_workloads.Services, cancellationToken);
        await output.WriteLineAsync("services        " + string.Join(", ", _workloads.Services));
    }

    public async ValueTask DisposeAsync()
    {
        await Parts.DisposeAsync();
        _workloads.Dispose();
        _globalApi.Dispose();
        _folder.Delete(recursive: true);
    }

    private static ApiClient Api(ZoneSite site) => new(new ControlPlaneAddress(site.Http, null, null, false));

    private async Task<IAsyncDisposable> StartGlobalAsync(CancellationToken cancellationToken) =>
        await ControlPlaneChild.StartAsync(_global.Options(Folder, null), _global.Diagnostics, LogFile(_global), cancellationToken);

    private async Task<IAsyncDisposable> StartZoneAsync(ZoneSite zone, CancellationToken cancellationToken) =>
        await ControlPlaneChild.StartAsync(zone.Options(Folder, (_global, TokenFile(zone))), zone.Diagnostics, LogFile(zone), cancellationToken);

    /// <summary>Gives a zone its token, starts it, and waits until it has what Global knows.</summary>
    private async Task JoinAsync(ZoneSite zone, CancellationToken cancellationToken)
    {
        var token = await _globalApi.PostAsync(
            "/tokens/zone", new JsonObject { ["zone"] = zone.Name, ["scope"] = new JsonArray("cp"), ["validFor"] = "24h" }, cancellationToken);
        await WriteSecretAsync(TokenFile(zone), token, cancellationToken);
        await Parts[zone.Name].StartAsync(cancellationToken);
        using var api = Api(zone);
        await _workloads.JoinedAsync(zone, api, cancellationToken);
        await ApplyAsync(api, ZonesResources.ZoneAddress(zone), cancellationToken);
    }

    private async Task ApplyAsync(ApiClient api, string text, CancellationToken cancellationToken)
    {
        foreach (var document in YamlDocuments.Parse("demo", text).OfType<JsonObject>())
        {
            var kind = _context.Catalog[(string)document["type"]!];
            var mesh = kind.Scope == ResourceScope.Mesh ? (string?)document["mesh"] ?? "default" : "";
            await api.PutAsync(KindNames.PathOf(kind, mesh, (string)document["name"]!), document, cancellationToken);
        }
    }

    private static async Task WriteSecretAsync(string path, string text, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var writer = new StreamWriter(path, options);
        await writer.WriteAsync(text.AsMemory(), cancellationToken);
    }

    private string TokenFile(ZoneSite zone) => Path.Combine(Folder, zone.Name + ".token");

    private string LogFile(ZoneSite site) => Path.Combine(Folder, site.Name + ".log");
}
