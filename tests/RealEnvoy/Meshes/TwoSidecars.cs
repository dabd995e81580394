using Mesh.Sidecar;
using Mesh.Testing.Network;

namespace Mesh.RealEnvoy.Meshes;

/// <summary>A client sidecar and a server sidecar under one identity; the client reaches the server at <see cref="Address"/>.</summary>
public sealed class TwoSidecars : IAsyncDisposable
{
    public const string Identity =
        """
        type: MeshIdentity
        mesh: default
        name: identity
        spec:
          selector: {dataplane: {matchLabels: {}}}
          spiffeID: {trustDomain: "{{ .Mesh }}.{{ .Zone }}.mesh.local", path: "/workload/{{ .Workload }}"}
          provider:
            type: Bundled
            bundled:
              meshTrustCreation: Enabled
              insecureAllowSelfSigned: true
              autogenerate: {enabled: true}
        """;

    public const string AllowClient =
        """
        type: MeshTrafficPermission
        mesh: default
        name: client-may-call
        spec:
          targetRef: {kind: Dataplane, labels: {app: server}}
          rules: [{default: {allow: [{spiffeID: {type: Exact, value: "spiffe://default.default.mesh.local/workload/client"}}]}}]
        """;

    private readonly Uri _controlPlane;
    private readonly MeshApi _api;
    private readonly KeepConfiguration _keep;
    private readonly HttpClient _caller = new(new SocketsHttpHandler { UseProxy = false });
    private readonly List<IAsyncDisposable> _parts = [];

    private TwoSidecars(Uri controlPlane, MeshApi api, KeepConfiguration keep)
    {
        _keep = keep;
        _controlPlane = controlPlane;
        _api = api;
    }

    /// <summary>Where the client's sidecar offers the server.</summary>
    public Uri Address { get; private set; } = null!;

    public EchoApplication Application { get; private set; } = null!;

    public TestSidecar Client { get; private set; } = null!;

    public TestSidecar Server { get; private set; } = null!;

    private int ServerPort { get; set; }

    public static async Task<TwoSidecars> StartAsync(Uri controlPlane, MeshApi api, KeepConfiguration keep = KeepConfiguration.Memory)
    {
        var two = new TwoSidecars(controlPlane, api, keep);
        try
        {
            var ports = FreePorts.Take(2);
            two.ServerPort = ports[0];
            two.Address = new Uri($"http://127.0.0.1:{ports[1]}");
            (two.Application, two.Server) = await two.AddServerAsync("server-1", "127.0.0.1");
            two.Client = two.Keep(await TestSidecar.StartAsync(
                controlPlane,
                $$"""
                type: Dataplane
                mesh: default
                name: client-1
                labels: {app: client, kuma.io/workload: client}
                networking:
                  address: 127.0.0.1
                  admin: {port: {{FreePorts.Next()}}}
                  inbound: [{port: {{FreePorts.Next()}}, name: main, protocol: http}]
                  outbound: [{port: {{ports[1]}}, backendRef: {kind: MeshService, name: server, port: {{ports[0]}} } }]
                """,
                await api.DataplaneTokenAsync("client-1", "client"),
                keep: keep));
            return two;
        }
        catch
        {
            await two.DisposeAsync();
            throw;
        }
    }

    /// <summary>One more instance of the server, at another address of this machine.</summary>
    public async Task<(EchoApplication Application, TestSidecar Sidecar)> AddServerAsync(string name, string address, TimeSpan? drain = null)
    {
        var application = Keep(await EchoApplication.StartAsync(name));
        var sidecar = Keep(await TestSidecar.StartAsync(
            _controlPlane,
            $$"""
            type: Dataplane
            mesh: default
            name: {{name}}
            labels: {app: server, kuma.io/workload: server}
            networking:
              address: {{address}}
              admin: {port: {{FreePorts.Next()}}}
              inbound: [{port: {{ServerPort}}, servicePort: {{application.Port}}, serviceAddress: 127.0.0.1, name: main, protocol: http}]
            """,
            await _api.DataplaneTokenAsync(name, "server"),
            drain,
            _keep));
        return (application, sidecar);
    }

    /// <summary>Status of one call; 0 when there was no answer.</summary>
    public async Task<int> CallAsync()
    {
        try
        {
            using var response = await _caller.GetAsync(Address);
            return (int)response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    /// <summary>Waits until calls are answered with a status.</summary>
    public Task UntilAsync(int status, string why) => Eventually.HoldsAsync(async () => await CallAsync() == status, $"{status} {why}");

    public async ValueTask DisposeAsync()
    {
        _caller.Dispose();
        for (var i = _parts.Count - 1; i >= 0; i--)
        {
            await _parts[i].DisposeAsync();
        }
    }

    private T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Add(part);
        return part;
    }
}
