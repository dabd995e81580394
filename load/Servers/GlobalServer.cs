using System.Net;
using System.Text;
using Mesh.Load.Measuring;
using Mesh.Load.Scenarios;
using Mesh.Testing.Network;

namespace Mesh.Load.Servers;

/// <summary>Our global control plane: <c>mesh run --mode global</c> with its store on disk.</summary>
internal sealed class GlobalServer : IServerUnderTest
{
    private readonly ServerProcess _process;
    private readonly string _data;
    private readonly HttpClient _rest;
    private readonly HttpClient _diagnostics;
    private int _changes;

    private GlobalServer(ServerSpec server, ServerProcess process, string data, int rest, int zones, int diagnostics)
    {
        Name = server.Label;
        _process = process;
        _data = data;
        _rest = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{rest}") };
        _diagnostics = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{diagnostics}") };
        Discovery = new IPEndPoint(IPAddress.Loopback, zones);
    }

    public string Name { get; }

    /// <summary>Where zones connect.</summary>
    public IPEndPoint Discovery { get; }

    public ProcessMeter Process => _process.Meter;

    /// <summary>Starts it.</summary>
    public static async Task<GlobalServer> StartAsync(ServerSpec server, CancellationToken cancellationToken)
    {
        var data = Directory.CreateTempSubdirectory("mesh-load-").FullName;
        var (rest, zones, diagnostics) = (FreePorts.Next(), FreePorts.Next(), FreePorts.Next());
        string[] arguments =
        [
            "--mode", "global", "--data-dir", data, "--http-port", $"{rest}",
            "--https-port", "0", "--diagnostics-port", $"{diagnostics}", "--log-level", "Warning", "--set", $"multizone.global.kds.grpcPort={zones}",
            "--set", "multizone.global.kds.auth.type=none", "--set", "multizone.global.kds.tlsEnabled=false",
        ];
        var process = await ServerProcess.StartMeshAsync(server, arguments, cancellationToken);
        return new GlobalServer(server, process, data, rest, zones, diagnostics);
    }

    public byte[] NodeOf(int envoy) => throw new ScenarioException([$"servers: {Name} serves zones, not proxies"]);

    public async Task ChangeAsync(StepSpec change, CancellationToken cancellationToken)
    {
        var policy =
            $$$"""
            {"type": "MeshTimeout", "mesh": "default", "name": "for-all",
             "spec": {"to": [{"targetRef": {"kind": "Mesh"}, "default": {"connectionTimeout": "{{{5 + (_changes++ % 50)}}}s"}}]}}
            """;
        using var content = new StringContent(policy, Encoding.UTF8, "application/json");
        using var response = await _rest.PutAsync("/meshes/default/meshtimeouts/for-all", content, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"MeshTimeout: {response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken)}");
        }
    }

    public Task<ChurnResult> ChurnAsync(StepSpec churn, CancellationToken cancellationToken) =>
        throw new ScenarioException([$"steps: {Name} cannot change at a rate"]);

    public async Task<RuntimeFigures?> FiguresAsync(CancellationToken cancellationToken) =>
        PrometheusFigures.Read(await _diagnostics.GetStringAsync("/metrics", cancellationToken));

    public async ValueTask DisposeAsync()
    {
        _rest.Dispose();
        _diagnostics.Dispose();
        await _process.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }
}
