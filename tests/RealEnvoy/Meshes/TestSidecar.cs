using System.Globalization;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Mesh.Sidecar;
using Mesh.Sidecar.Running;
using Mesh.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.RealEnvoy.Meshes;

/// <summary>A sidecar with a real Envoy, started as <c>mesh proxy</c> does, and its admin interface.</summary>
public sealed class TestSidecar : IAsyncDisposable
{
    private readonly string _workDir = Directory.CreateTempSubdirectory("mesh-rt-").FullName;
    private readonly HttpClient _admin;
    private CancellationTokenSource _stop = new();
    private CancellationTokenSource _now = new();
    private SidecarOptions _options = new();
    private Task _run = Task.CompletedTask;

    private TestSidecar()
    {
        _admin = On("kuma-envoy-admin.sock");
    }

    /// <summary>Starts and waits until it takes traffic.</summary>
    /// <param name="controlPlane">Where proxies connect.</param>
    /// <param name="dataplane">Its Dataplane, as YAML.</param>
    /// <param name="token">Its token.</param>
    /// <param name="drain">How long it drains. Default: not at all.</param>
    /// <param name="keep">Where its configuration is kept.</param>
    /// <param name="change">Changes its options.</param>
    public static async Task<TestSidecar> StartAsync(
        Uri controlPlane,
        string dataplane,
        string token,
        TimeSpan? drain = null,
        KeepConfiguration keep = KeepConfiguration.Memory,
        Func<SidecarOptions, SidecarOptions>? change = null)
    {
        var sidecar = new TestSidecar();
        var options = new SidecarOptions
        {
            ControlPlane = controlPlane,
            SkipVerify = true,
            Dataplane = dataplane,
            Token = token,
            EnvoyPath = EnvoyBinary.Path!,
            Concurrency = 1,
            DrainTime = drain ?? TimeSpan.Zero,
            // Any port: a configuration that is kept names the one of its time.
            DnsEnabled = keep == KeepConfiguration.Disk,
            DnsPort = 0,
            ReadinessPort = 0,
            WorkDir = sidecar._workDir,
            EnvoyLogLevel = "warn",
            KeepConfiguration = keep,
            StateDir = Path.Combine(sidecar._workDir, "state"),
        };
        sidecar._options = change is null ? options : change(options);
        await sidecar.RunAsync();
        return sidecar;
    }

    /// <summary>Process ids of its Envoys.</summary>
    public IReadOnlyList<int> EnvoyIds() => EnvoyProcesses.Of(_workDir);

    /// <summary><c>kill -9</c> of its Envoy.</summary>
    public void KillEnvoy() => EnvoyProcesses.Kill(EnvoyIds());

    /// <summary>Starts it again after it was stopped, and waits until it takes traffic.</summary>
    public Task StartAgainAsync()
    {
        _stop.Dispose();
        _now.Dispose();
        _stop = new CancellationTokenSource();
        _now = new CancellationTokenSource();
        return RunAsync();
    }

    /// <summary>An answer of Envoy's admin interface.</summary>
    public Task<string> AdminAsync(string path) => _admin.GetStringAsync(path);

    /// <summary>Value of one counter or gauge; 0 when Envoy does not have it.</summary>
    public async Task<long> StatAsync(string name)
    {
        var text = await AdminAsync($"/stats?filter=^{Uri.EscapeDataString(name)}$");
        var line = text.Split('\n').FirstOrDefault(l => l.StartsWith(name + ":", StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line[(name.Length + 1)..].Trim(), CultureInfo.InvariantCulture);
    }

    /// <summary>Serial numbers of the workload certificates in use.</summary>
    public async Task<string> CertificateSerialsAsync() => string.Join(',', await CertificateFieldsAsync("serial_number"));

    /// <summary>SPIFFE ids of the workload certificates in use.</summary>
    public async Task<IReadOnlyList<string>> SpiffeIdsAsync()
    {
        var certificates = JsonNode.Parse(await AdminAsync("/certs"))!["certificates"]!.AsArray();
        return [.. certificates.SelectMany(c => c!["cert_chain"]?.AsArray() ?? [])
            .SelectMany(c => c!["subject_alt_names"]?.AsArray() ?? [])
            .Select(n => (string?)n!["uri"] ?? "").Where(u => u.Length > 0).Distinct().Order()];
    }

    /// <summary>Drains and stops, as SIGTERM does.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _run.WaitAsync(Eventually.Patience);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _now.CancelAsync();
        await _run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _admin.Dispose();
        if (Directory.Exists(_workDir))
        {
            Directory.Delete(_workDir, recursive: true);
        }
    }

    private HttpClient On(string socket) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, token) =>
        {
            var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await connection.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(_workDir, socket)), token);
            return new NetworkStream(connection, ownsSocket: true);
        },
    })
    { BaseAddress = new Uri("http://envoy") };

    private async Task RunAsync()
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _run = new SidecarRunner(_options, TimeProvider.System, NullLoggerFactory.Instance) { OnReady = () => ready.TrySetResult() }
            .RunAsync(_stop.Token, _now.Token);
        await (await Task.WhenAny(_run, ready.Task).WaitAsync(Eventually.Patience));
        Assert.True(ready.Task.IsCompletedSuccessfully, "the sidecar ended before it was ready");
    }

    private async Task<IReadOnlyList<string>> CertificateFieldsAsync(string field)
    {
        var certificates = JsonNode.Parse(await AdminAsync("/certs"))!["certificates"]!.AsArray();
        return [.. certificates.SelectMany(c => c!["cert_chain"]?.AsArray() ?? []).Select(c => (string)c![field]!).Distinct().Order()];
    }
}
