using System.Text.Json.Nodes;
using Mesh.Cli.Client;
using Mesh.Sidecar;
using Mesh.Sidecar.Running;
using Microsoft.Extensions.Logging;

namespace Mesh.Cli.Demo;

/// <summary>The sidecar of one service of the demo.</summary>
internal sealed class DemoSidecar : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _run;

    private DemoSidecar(SidecarRunner runner) => _run = runner.RunAsync(_stop.Token, _stop.Token);

    /// <summary>Starts a sidecar and waits until it takes traffic.</summary>
    /// <param name="name">Name of its Dataplane.</param>
    /// <param name="workload">Its workload.</param>
    /// <param name="dataplane">Its Dataplane, as YAML.</param>
    /// <param name="controlPlane">The control plane's port of proxies.</param>
    /// <param name="api">The control plane's REST API, as an administrator.</param>
    /// <param name="envoyPath">Envoy's program.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="SidecarException">It cannot start.</exception>
    public static async Task<DemoSidecar> StartAsync(
        string name, string workload, string dataplane, Uri controlPlane, ApiClient api, string envoyPath, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var token = await api.PostAsync(
            "/tokens/dataplane",
            new JsonObject { ["mesh"] = "default", ["name"] = name, ["workload"] = workload, ["validFor"] = "24h" },
            cancellationToken);
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var options = new SidecarOptions
        {
            ControlPlane = controlPlane,
            SkipVerify = true,
            Dataplane = dataplane,
            Token = token,
            EnvoyPath = envoyPath,
            Concurrency = 1,
            DrainTime = TimeSpan.Zero,
            KeepConfiguration = KeepConfiguration.Memory,
            DnsEnabled = false,
            ReadinessPort = 0,
            EnvoyLogLevel = "error",
        };
        var sidecar = new DemoSidecar(new SidecarRunner(options, TimeProvider.System, loggers) { OnReady = () => ready.TrySetResult() });
        try
        {
            await await Task.WhenAny(sidecar._run, ready.Task).WaitAsync(cancellationToken);
            return sidecar;
        }
        catch
        {
            await sidecar.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }
}
