using Mesh.RealEnvoy.Meshes;
using Mesh.Testing;

namespace Mesh.RealEnvoy.MultiZone;

/// <summary>
/// Global and two zones whose sidecars call each other's ingress. In west a library and a caller of it; in both an instance of the server; over
/// both lies the service <c>server-global</c>, and over west alone <c>library-global</c>.
/// </summary>
public sealed class IngressWorld : IAsyncLifetime
{
    /// <summary>Collection of the tests that share one.</summary>
    public const string Collection = "zones without an egress";

    public TwoZones Zones { get; private set; } = null!;

    public ControlPlaneProcess Global => Zones.Global;

    /// <summary>The instance of the server in east; tests that stop it start another.</summary>
    public TestSidecar ServerInEast { get; set; } = null!;

    /// <summary>The library in west.</summary>
    public TestSidecar Library { get; private set; } = null!;

    /// <summary>Calls the library in its own zone.</summary>
    public TestCaller West { get; private set; } = null!;

    /// <summary>Calls server-global, library-global, and the library in west.</summary>
    public TestCaller East { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        if (EnvoyBinary.Path is null)
        {
            return;
        }

        Zones = await TwoZones.StartAsync();
        await Global.Api.ApplyAsync(TwoZones.Permission("library-is-open", "library", "client"));
        await Global.Api.ApplyAsync(Everywhere("server-global", "server"));
        await Global.Api.ApplyAsync(Everywhere("library-global", "library"));
        await Task.WhenAll(StartWestAsync(), StartEastAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (Zones is not null)
        {
            await Zones.DisposeAsync();
        }
    }

    /// <summary>One more instance of the server in east, which drains when it is stopped.</summary>
    public async Task<TestSidecar> AddServerInEastAsync(string name) =>
        (await Zones.East.Proxies.AddServerAsync(name, "server", TimeSpan.FromSeconds(3))).Sidecar;

    private static string Everywhere(string name, string service) =>
        $$"""
        type: MeshMultiZoneService
        mesh: default
        name: {{name}}
        spec:
          selector: {meshService: {matchLabels: {kuma.io/display-name: {{service}} } } }
          ports: [{name: main, port: 8080, appProtocol: http}]
        """;

    private async Task StartWestAsync()
    {
        var west = Zones.West.Proxies;
        await west.AddServerAsync("server-west", "server");
        Library = (await west.AddServerAsync("library-1", "library")).Sidecar;
        await west.AddIngressAsync();
        West = await west.AddCallerAsync("client", "{kind: MeshService, name: library, port: 8080}");
    }

    private async Task StartEastAsync()
    {
        ServerInEast = await AddServerInEastAsync("server-east");
        var east = Zones.East;
        var server = await TwoZones.SyncedNameAsync(east, "meshmultizoneservices", "server-global");
        var library = await TwoZones.SyncedNameAsync(east, "meshmultizoneservices", "library-global");
        var remote = await TwoZones.SyncedNameAsync(east, "meshservices", "library");
        East = await east.Proxies.AddCallerAsync(
            "client",
            $"{{kind: MeshMultiZoneService, name: {server}, port: 8080}}",
            $"{{kind: MeshMultiZoneService, name: {library}, port: 8080}}",
            $"{{kind: MeshService, name: {remote}, port: 8080}}");
    }
}
