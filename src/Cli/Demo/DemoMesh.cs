using System.Net;
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
    private readonly DemoCaller _caller = new();
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
    public Task<DemoCall> CallThroughAsync(CancellationToken cancellationToken) => _caller.CallAsync(new Uri(_portal!, "/boarding/LH123"), cancellationToken);

    /// <summary>The call that nobody permitted: the portal straight to flight control.</summary>
    public Task<DemoCall> CallShortcutAsync(CancellationToken cancellationToken) => _caller.CallAsync(new Uri(_shortcut!, "/slots"), cancellationToken);

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
        var ports = FreePorts.Of(IPAddress.Loopback, 9);
        var toCheckIn = ports[6];
        var shortcut = ports[7];
        var toControl = ports[8];

        async Task AddAsync(DemoService service, int inbound, int admin, params (int, string, int)[] outbounds) =>
            Push(await DemoSidecar.StartAsync(
                service.Name + "-1",
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

    private T Push<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Push(part);
        return part;
    }

    private static Uri Local(int port) => new($"http://127.0.0.1:{port}");
}
