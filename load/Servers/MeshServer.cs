using System.Net;
using EnvoyApi.Config.Core.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Load.Measuring;
using Mesh.Load.Scenarios;
using Mesh.Testing.Network;

namespace Mesh.Load.Servers;

/// <summary>Our whole control plane: <c>mesh run</c> with its store on disk, its resources written through the REST API.</summary>
internal sealed class MeshServer : IServerUnderTest
{
    private readonly Func<CancellationToken, Task<ServerProcess>> _start;
    private readonly string _data;
    private readonly MeshResources _resources;
    private readonly HttpClient _diagnostics;

    // Null while it is started again: there is nothing to watch.
    private volatile ServerProcess? _process;

    private MeshServer(
        ServerSpec server, Scenario scenario, Func<CancellationToken, Task<ServerProcess>> start, ServerProcess process, string data, int rest, int discovery, int diagnostics)
    {
        Name = server.Label;
        _start = start;
        _process = process;
        _data = data;
        _resources = new MeshResources(rest, scenario);
        _diagnostics = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{diagnostics}") };
        Discovery = new IPEndPoint(IPAddress.Loopback, discovery);
    }

    public string Name { get; }

    public IPEndPoint Discovery { get; }

    public ProcessMeter? Process => _process?.Meter;

    /// <summary>Starts it, writes the resources, and waits until it has done what follows from them.</summary>
    public static async Task<MeshServer> StartAsync(ServerSpec server, Scenario scenario, CancellationToken cancellationToken)
    {
        var data = Directory.CreateTempSubdirectory("mesh-load-").FullName;
        var (rest, discovery, diagnostics) = (FreePorts.Next(), FreePorts.Next(), FreePorts.Next());
        string[] arguments =
        [
            "--data-dir", data, "--http-port", $"{rest}", "--https-port", "0",
            "--dataplane-port", $"{discovery}", "--diagnostics-port", $"{diagnostics}", "--log-level", "Warning",
            "--set", "dpServer.authn.dpProxy.type=none", "--set", $"dpServer.plainText={(scenario.Fleet.Tls ? "false" : "true")}",
            .. server.Settings.SelectMany(setting => new[] { "--set", setting }),
        ];
        Task<ServerProcess> StartProcessAsync(CancellationToken cancel) => ServerProcess.StartMeshAsync(server, arguments, cancel);
        var process = await StartProcessAsync(cancellationToken);
        var mesh = new MeshServer(server, scenario, StartProcessAsync, process, data, rest, discovery, diagnostics);
        try
        {
            await mesh._resources.WriteAllAsync(cancellationToken);
            await process.Meter.UntilAtRestAsync(cancellationToken);
            return mesh;
        }
        catch
        {
            await mesh.DisposeAsync();
            throw;
        }
    }

    public byte[] NodeOf(int envoy)
    {
        var metadata = new Struct();
        metadata.Fields["dataplane.proxyType"] = Value.ForString("dataplane");
        metadata.Fields["dataplane.admin.port"] = Value.ForString("9901");
        metadata.Fields["dataplane.readinessReporter.port"] = Value.ForString("9902");
        metadata.Fields["workdir"] = Value.ForString("/tmp/mesh");
        return new Node { Id = $"{MeshResources.Mesh}.{MeshResources.ProxyName(envoy)}", UserAgentName = "envoy", Metadata = metadata }.ToByteArray();
    }

    public Task ChangeAsync(StepSpec change, CancellationToken cancellationToken) => _resources.ChangeAsync(change, cancellationToken);

    public Task<ChurnResult> ChurnAsync(StepSpec churn, CancellationToken cancellationToken) =>
        throw new ScenarioException([$"steps: {Name} cannot change at a rate"]);

    public async Task<RuntimeFigures?> FiguresAsync(CancellationToken cancellationToken) =>
        PrometheusFigures.Read(await _diagnostics.GetStringAsync("/metrics", cancellationToken));

    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        await KillAsync();
        _process = await _start(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _resources.Dispose();
        _diagnostics.Dispose();
        await KillAsync();
        Directory.Delete(_data, recursive: true);
    }

    private async Task KillAsync()
    {
        var process = _process;
        _process = null;
        if (process is not null)
        {
            await process.DisposeAsync();
        }
    }
}
