using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Mesh.Cli.Client;
using Mesh.Cli.Commands;
using Mesh.Cli.Input;
using Mesh.Model.Resources;
using Microsoft.Extensions.Logging;

namespace Mesh.Cli.Demo;

/// <summary>The three services of the demo with their sidecars: passenger-portal calls check-in-api, which calls flight-control.</summary>
internal sealed class DemoMesh : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _parts = new();
    private readonly HttpClient _caller = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(10) };
    private Uri? _portal;
    private Uri? _shortcut;

    private DemoMesh()
    {
    }

    /// <summary>Starts everything against a control plane.</summary>
    /// <param name="controlPlane">Its data-plane address.</param>
    /// <param name="api">Its REST API, as an administrator.</param>
    /// <param name="catalog">Kinds.</param>
    /// <param name="envoyPath">Envoy's program.</param>
    /// <param name="loggers">Where sidecars log.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    public static async Task<DemoMesh> StartAsync(
        Uri controlPlane, ApiClient api, ResourceCatalog catalog, string envoyPath, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var mesh = new DemoMesh();
        try
        {
            await mesh.StartPartsAsync(controlPlane, api, catalog, envoyPath, loggers, cancellationToken);
            return mesh;
        }
        catch
        {
            await mesh.DisposeAsync();
            throw;
        }
    }

    /// <summary>The call that is permitted: portal, check-in, flight control.</summary>
    public Task<DemoCall> CallThroughAsync(CancellationToken cancellationToken) => CallAsync(new Uri(_portal!, "/boarding/LH123"), cancellationToken);

    /// <summary>The call that nobody permitted: the portal straight to flight control.</summary>
    public Task<DemoCall> CallShortcutAsync(CancellationToken cancellationToken) => CallAsync(new Uri(_shortcut!, "/slots"), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _caller.Dispose();
        while (_parts.TryPop(out var part))
        {
            await part.DisposeAsync();
        }
    }

    private async Task StartPartsAsync(
        Uri controlPlane, ApiClient api, ResourceCatalog catalog, string envoyPath, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        foreach (var document in YamlDocuments.Parse("demo", DemoResources.Policies()).OfType<JsonObject>())
        {
            var kind = catalog[(string)document["type"]!];
            await api.PutAsync(KindNames.PathOf(kind, "default", (string)document["name"]!), document, cancellationToken);
        }

        var portal = Push(await DemoService.StartAsync("passenger-portal", cancellationToken));
        var checkIn = Push(await DemoService.StartAsync("check-in-api", cancellationToken));
        var control = Push(await DemoService.StartAsync("flight-control", cancellationToken));
        var ports = FreePorts(9);
        var toCheckIn = ports[6];
        var shortcut = ports[7];
        var toControl = ports[8];

        async Task AddAsync(DemoService service, int inbound, int admin, params (int, string, int)[] outbounds) =>
            Push(await DemoSidecar.StartAsync(
                service.Name,
                DemoResources.Dataplane(service.Name, inbound, service.Port, admin, outbounds),
                controlPlane,
                api,
                envoyPath,
                loggers,
                cancellationToken));

        await AddAsync(control, ports[0], ports[1]);
        await AddAsync(checkIn, ports[2], ports[3], (toControl, control.Name, ports[0]));
        await AddAsync(portal, ports[4], ports[5], (toCheckIn, checkIn.Name, ports[2]), (shortcut, control.Name, ports[0]));
        portal.Next = Local(toCheckIn);
        checkIn.Next = Local(toControl);
        _portal = Local(portal.Port);
        _shortcut = Local(shortcut);
    }

    private async Task<DemoCall> CallAsync(Uri address, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            using var response = await _caller.GetAsync(address, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            return new DemoCall((int)response.StatusCode, Stopwatch.GetElapsedTime(start), text);
        }
        catch (HttpRequestException e)
        {
            return new DemoCall(0, Stopwatch.GetElapsedTime(start), e.Message);
        }
    }

    private T Push<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Push(part);
        return part;
    }

    private static Uri Local(int port) => new($"http://127.0.0.1:{port}");

    private static int[] FreePorts(int count)
    {
        var listeners = new TcpListener[count];
        for (var i = 0; i < count; i++)
        {
            listeners[i] = new TcpListener(IPAddress.Loopback, 0);
            listeners[i].Start();
        }

        // Kept open until all are chosen, so that no port is given twice.
        var ports = Array.ConvertAll(listeners, l => ((IPEndPoint)l.LocalEndpoint).Port);
        Array.ForEach(listeners, l => l.Dispose());
        return ports;
    }
}
