using Mesh.RealEnvoy.Meshes;
using Mesh.Testing;

namespace Mesh.RealEnvoy.MultiZone;

/// <summary>
/// Global and two zones whose traffic leaves by an egress. In west a server behind an ingress, in east its caller and the egress; in both a
/// gate with a caller of its own, which nobody may call yet.
/// </summary>
public sealed class EgressWorld : IAsyncLifetime
{
    /// <summary>Collection of the tests that share one.</summary>
    public const string Collection = "zones with an egress";

    /// <summary>What may be called only by who is permitted to by a test.</summary>
    public const string Gate = "gate";

    /// <summary>Destination of the callers that is their own zone's gate.</summary>
    private const string LocalGate = "{kind: MeshService, name: gate, port: 8080}";

    public TwoZones Zones { get; private set; } = null!;

    public ControlPlaneProcess Global => Zones.Global;

    /// <summary>Ingress of west.</summary>
    public TestSidecar Ingress { get; private set; } = null!;

    /// <summary>Egress of east.</summary>
    public TestSidecar Egress { get; private set; } = null!;

    /// <summary>Server in west.</summary>
    public (EchoApplication Application, TestSidecar Sidecar) Server { get; private set; }

    /// <summary>Client in east; calls the gate of east, and the server in west.</summary>
    public TestCaller East { get; private set; } = null!;

    /// <summary>Client in west; calls the gate of west.</summary>
    public TestCaller West { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        if (EnvoyBinary.Path is null)
        {
            return;
        }

        Zones = await TwoZones.StartAsync(zoneEgress: true);
        await Task.WhenAll(StartWestAsync(), StartEastAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (Zones is not null)
        {
            await Zones.DisposeAsync();
        }
    }

    /// <summary>A caller in east of the server in west.</summary>
    public async Task<TestCaller> AddCallerOfServerAsync(string workload)
    {
        var server = await TwoZones.SyncedNameAsync(Zones.East, "meshservices", "server");
        return await Zones.East.Proxies.AddCallerAsync(workload, $"{{kind: MeshService, name: {server}, port: 8080}}");
    }

    /// <summary>A caller in east of an external service that is written in Global.</summary>
    /// <param name="workload">Its workload.</param>
    /// <param name="services">Names and ports of the services, as they are in Global.</param>
    public async Task<TestCaller> AddExternalCallerAsync(string workload, params (string Name, int Port)[] services)
    {
        var destinations = new List<string>();
        foreach (var (name, port) in services)
        {
            var synced = await TwoZones.SyncedNameAsync(Zones.East, "meshexternalservices", name);
            destinations.Add($"{{kind: MeshExternalService, name: {synced}, port: {port}}}");
        }

        return await Zones.East.Proxies.AddCallerAsync(workload, [.. destinations]);
    }

    private async Task StartWestAsync()
    {
        var west = Zones.West.Proxies;
        Server = await west.AddServerAsync("server-1", "server");
        Ingress = await west.AddIngressAsync();
        await west.AddServerAsync("gate-1", Gate);
        West = await west.AddCallerAsync("client", LocalGate);
    }

    private async Task StartEastAsync()
    {
        var east = Zones.East.Proxies;
        Egress = await east.AddEgressAsync();
        await east.AddServerAsync("gate-1", Gate);
        var server = await TwoZones.SyncedNameAsync(Zones.East, "meshservices", "server");
        East = await east.AddCallerAsync("client", LocalGate, $"{{kind: MeshService, name: {server}, port: 8080}}");
    }
}
