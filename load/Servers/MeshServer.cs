using System.Globalization;
using System.Net;
using EnvoyApi.Config.Core.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Load.Measuring;
using Mesh.Load.Scenarios;

namespace Mesh.Load.Servers;

/// <summary>Our whole control plane: <c>mesh run</c> with its store on disk, its resources written through the REST API.</summary>
internal sealed class MeshServer : IServerUnderTest
{
    private readonly ServerProcess _process;
    private readonly string _data;
    private readonly MeshResources _resources;
    private readonly HttpClient _diagnostics;

    private MeshServer(ServerSpec server, Scenario scenario, ServerProcess process, string data, int rest, int discovery, int diagnostics)
    {
        Name = server.Label;
        _process = process;
        _data = data;
        _resources = new MeshResources(rest, scenario);
        _diagnostics = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{diagnostics}") };
        Discovery = new IPEndPoint(IPAddress.Loopback, discovery);
    }

    public string Name { get; }

    public IPEndPoint Discovery { get; }

    public ProcessMeter Process => _process.Meter;

    /// <summary>Starts it and writes the resources.</summary>
    public static async Task<MeshServer> StartAsync(ServerSpec server, Scenario scenario, CancellationToken cancellationToken)
    {
        var data = Directory.CreateTempSubdirectory("mesh-load-").FullName;
        var (rest, discovery, diagnostics) = (ServerProcess.FreePort(), ServerProcess.FreePort(), ServerProcess.FreePort());
        string[] arguments =
        [
            "exec", Path.Combine(AppContext.BaseDirectory, "mesh.dll"), "run", "--data-dir", data, "--http-port", $"{rest}", "--https-port", "0",
            "--dataplane-port", $"{discovery}", "--diagnostics-port", $"{diagnostics}", "--log-level", "Warning",
            "--set", "dpServer.authn.dpProxy.type=none", "--set", $"dpServer.plainText={(scenario.Fleet.Tls ? "false" : "true")}",
        ];
        var process = await ServerProcess.StartAsync("dotnet", arguments, "control plane is ready", cancellationToken);
        var mesh = new MeshServer(server, scenario, process, data, rest, discovery, diagnostics);
        try
        {
            await mesh._resources.WriteAllAsync(cancellationToken);
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

    public Task<long> ChurnAsync(int rate, int seconds, CancellationToken cancellationToken) =>
        throw new ScenarioException([$"steps: {Name} cannot change at a rate"]);

    public async Task<RuntimeFigures?> FiguresAsync(CancellationToken cancellationToken)
    {
        long heap = 0, allocated = 0;
        var collections = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var line in (await _diagnostics.GetStringAsync("/metrics", cancellationToken)).Split('\n'))
        {
            if (Sample(line, "dotnet_gc_last_collection_heap_size_bytes") is { } size)
            {
                heap += size;
            }
            else if (Sample(line, "dotnet_gc_heap_total_allocated_bytes_total") is { } total)
            {
                allocated = total;
            }
            else if (Sample(line, "dotnet_gc_collections_total") is { } count)
            {
                collections[line[..line.LastIndexOf('}')]] = count;
            }
        }

        return new RuntimeFigures(heap, allocated, [.. collections.Values]);
    }

    public async ValueTask DisposeAsync()
    {
        _resources.Dispose();
        _diagnostics.Dispose();
        await _process.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    /// <summary>The value of a line of Prometheus' text format, if it is of this metric: NAME{LABELS} VALUE [TIME].</summary>
    private static long? Sample(string line, string metric)
    {
        if (!line.StartsWith(metric, StringComparison.Ordinal) || line.Length <= metric.Length || line[metric.Length] is not '{' and not ' ')
        {
            return null;
        }

        var value = line[(line.LastIndexOf('}') is var end and >= 0 ? end + 1 : metric.Length)..].Trim().Split(' ')[0];
        return (long)double.Parse(value, CultureInfo.InvariantCulture);
    }
}
