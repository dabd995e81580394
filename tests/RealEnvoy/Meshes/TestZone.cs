using System.Globalization;
using System.Net;
using Mesh.Sidecar;
using Mesh.Testing.Network;

namespace Mesh.RealEnvoy.Meshes;

/// <summary>
/// A zone: a control plane, and proxies with real Envoys, each at a loopback address of its own, so that several zones stand
/// side by side on one machine.
/// </summary>
public sealed class TestZone : IAsyncDisposable
{
    /// <summary>Port of every server of the zone.</summary>
    public const int ServicePort = 8080;

    /// <summary>Port of its ingresses.</summary>
    public const int IngressPort = 10001;

    /// <summary>Port of its egresses.</summary>
    public const int EgressPort = 10002;

    private static int _zones;

    private readonly List<IAsyncDisposable> _parts = [];
    private readonly string _network;
    private int _addresses;

    private readonly Uri _proxies;
    private readonly TestControlPlane? _inMemory;

    private TestZone(string name, MeshApi api, Uri proxies, TestControlPlane? inMemory)
    {
        Name = name;
        Api = api;
        _proxies = proxies;
        _inMemory = inMemory;

        // Tests of other processes run at the same time.
        _network = string.Create(CultureInfo.InvariantCulture, $"127.{10 + (Environment.ProcessId % 240)}.{Interlocked.Increment(ref _zones) % 250}");
    }

    public string Name { get; }

    /// <summary>Its control plane, where it is one in this process.</summary>
    public TestControlPlane ControlPlane => _inMemory ?? throw new InvalidOperationException("the zone's control plane is a process of its own");

    public MeshApi Api { get; }

    /// <summary>Proxies of a zone whose control plane is the caller's.</summary>
    /// <param name="name">Name of the zone.</param>
    /// <param name="api">Its REST API.</param>
    /// <param name="proxies">Where proxies connect.</param>
    public static TestZone Of(string name, MeshApi api, Uri proxies) => new(name, api, proxies, inMemory: null);

    /// <summary>Starts a zone whose proxies have identities of the zone's own CA, and whose servers let callers of the given zones in.</summary>
    public static async Task<TestZone> StartAsync(string name, params string[] callers)
    {
        var controlPlane = await TestControlPlane.StartAsync(zone: name);
        var zone = new TestZone(name, controlPlane.Api, controlPlane.DataPlane, controlPlane);
        zone.Keep(controlPlane);
        await zone.Api.ApplyAsync(TwoSidecars.Identity);
        foreach (var caller in callers)
        {
            await zone.Api.ApplyAsync(
                $$"""
                type: MeshTrafficPermission
                mesh: default
                name: from-{{caller}}
                spec:
                  targetRef: {kind: Dataplane, labels: {role: server} }
                  rules: [{default: {allow: [{spiffeID: {type: Prefix, value: "spiffe://default.{{caller}}.mesh.local"} }]} }]
                """);
        }

        return zone;
    }

    /// <summary>One instance of a service.</summary>
    public async Task<(EchoApplication Application, TestSidecar Sidecar)> AddServerAsync(string name, string workload, TimeSpan? drain = null)
    {
        var application = Keep(await EchoApplication.StartAsync(name));
        return (application, await AddAsync(
            name,
            workload,
            "role: server",
            $"inbound: [{{port: {ServicePort}, servicePort: {application.Port}, serviceAddress: 127.0.0.1, name: main, protocol: http}}]",
            drain));
    }

    /// <summary>A caller of some destinations, given as <c>{kind: .., name: .., port: ..}</c>.</summary>
    public async Task<TestCaller> AddCallerAsync(string workload, params string[] destinations)
    {
        var ports = FreePorts.Take(destinations.Length);
        var outbounds = destinations.Select((destination, i) => $"{{port: {ports[i]}, backendRef: {destination}}}");
        var sidecar = await AddAsync(
            workload + "-1",
            workload,
            "role: caller",
            $"inbound: [{{port: {ServicePort}, name: main, protocol: http}}], outbound: [{string.Join(", ", outbounds)}]");
        return Keep(new TestCaller(sidecar, [.. ports.Select(port => new Uri($"http://127.0.0.1:{port}"))]));
    }

    /// <summary>A proxy with redirected traffic, whose DNS server answers for the names of the mesh.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="nameServer">Who is asked for all other names.</param>
    /// <returns>The port of its DNS server.</returns>
    public async Task<int> AddResolverAsync(string name, IPEndPoint nameServer)
    {
        var ports = FreePorts.Take(3);
        await AddAsync(name, name, "role: caller", $"inbound: [{{port: {ServicePort}, name: main, protocol: http}}]", change: options => options with
        {
            DnsEnabled = true,
            DnsPort = (ushort)ports[0],
            NameServers = [nameServer],
            TransparentProxy = new TransparentProxyOptions { InboundPort = (ushort)ports[1], OutboundPort = (ushort)ports[2] },
        });
        return ports[0];
    }

    /// <summary>A zone ingress, and where other zones find it.</summary>
    public async Task<TestSidecar> AddIngressAsync(string name = "ingress")
    {
        var sidecar = await AddAsync(name, name, "role: ingress", IngressListener);
        await PublishAsync(name);
        return sidecar;
    }

    /// <summary>A zone ingress as a process of its own, and where other zones find it.</summary>
    public async Task<ProxyProcess> AddIngressProcessAsync()
    {
        const string Name = "ingress";
        var ingress = await AddProcessAsync(Name, IngressListener);
        await PublishAsync(Name);
        return ingress;
    }

    /// <summary>A zone egress.</summary>
    public Task<TestSidecar> AddEgressAsync(string name = "egress") => AddAsync(name, name, "role: egress", EgressListener);

    /// <summary>A zone egress as a process of its own.</summary>
    public Task<ProxyProcess> AddEgressProcessAsync() => AddProcessAsync("egress", EgressListener);

    /// <summary>Keeps something that ends with the zone.</summary>
    public T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Add(part);
        return part;
    }

    public async ValueTask DisposeAsync()
    {
        for (var i = _parts.Count - 1; i >= 0; i--)
        {
            await _parts[i].DisposeAsync();
        }
    }

    private string Last => string.Create(CultureInfo.InvariantCulture, $"{_network}.{_addresses}");

    private static string IngressListener => $"listeners: [{{type: ZoneIngress, port: {IngressPort}, name: in}}]";

    private static string EgressListener => $"listeners: [{{type: ZoneEgress, port: {EgressPort}, name: out}}]";

    private async Task<TestSidecar> AddAsync(
        string name, string workload, string labels, string networking, TimeSpan? drain = null, Func<SidecarOptions, SidecarOptions>? change = null) =>
        Keep(await TestSidecar.StartAsync(
            _proxies, NextDataplane(name, workload, labels, networking), await Api.DataplaneTokenAsync(name, workload), drain, change: change));

    private async Task<ProxyProcess> AddProcessAsync(string name, string networking) =>
        Keep(await ProxyProcess.StartNewAsync(
            _proxies, NextDataplane(name, name, $"role: {name}", networking), await Api.DataplaneTokenAsync(name, name)));

    private Task PublishAsync(string name) => Api.ApplyAsync(
        $"type: MeshZoneAddress\nmesh: default\nname: {name}\nlabels: {{kuma.io/origin: zone}}\nspec: {{address: {Last}, port: {IngressPort}}}");

    /// <summary>A Dataplane at the next address of the zone.</summary>
    private string NextDataplane(string name, string workload, string labels, string networking)
    {
        _addresses++;
        return $$"""
            type: Dataplane
            mesh: default
            name: {{name}}
            labels: {app: {{workload}}, kuma.io/workload: {{workload}}, {{labels}}}
            networking: {address: {{Last}}, admin: {port: {{FreePorts.Next()}}}, {{networking}}}
            """;
    }
}
