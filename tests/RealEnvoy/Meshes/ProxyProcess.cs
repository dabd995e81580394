using System.Collections.Concurrent;
using System.Diagnostics;
using Mesh.Testing;
using Mesh.Testing.Network;

namespace Mesh.RealEnvoy.Meshes;

/// <summary><c>mesh proxy</c> as a process of its own, that can be killed together with its Envoy and started again.</summary>
public sealed class ProxyProcess : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mesh-px-").FullName;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly int _readiness = FreePorts.Next();
    private readonly Uri _controlPlane;
    private Process? _process;

    private ProxyProcess(Uri controlPlane) => _controlPlane = controlPlane;

    /// <summary>Starts one and waits until it takes traffic.</summary>
    public static async Task<ProxyProcess> StartNewAsync(Uri controlPlane, string dataplane, string token)
    {
        var proxy = new ProxyProcess(controlPlane);
        await File.WriteAllTextAsync(Path.Combine(proxy._folder, "dataplane.yaml"), dataplane);
        await File.WriteAllTextAsync(Path.Combine(proxy._folder, "token"), token);
        await proxy.StartAsync();
        return proxy;
    }

    /// <summary>Starts it again, and waits until it takes traffic.</summary>
    public async Task StartAsync()
    {
        string[] arguments =
        [
            "exec", Path.Combine(AppContext.BaseDirectory, "mesh.dll"), "proxy", "--cp-address", _controlPlane.ToString(), "--skip-verify",
            "--dataplane-file", Path.Combine(_folder, "dataplane.yaml"), "--dataplane-token-file", Path.Combine(_folder, "token"),
            "--envoy-path", EnvoyBinary.Path!, "--concurrency", "1", "--dns-enabled=false", "--readiness-port", $"{_readiness}",
            "--envoy-log-level", "error", "--work-dir", Path.Combine(_folder, "work"), "--state-dir", Path.Combine(_folder, "state"), "--drain-time", "0s",
            "--retry-backoff", "100ms",
        ];
        _process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _process.OutputDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        using var client = new HttpClient();
        await Eventually.HoldsAsync(() => IsReadyAsync(client), () => "the proxy is ready:\n" + string.Join('\n', _output));
    }

    /// <summary><c>kill -9</c>; its Envoy goes with it.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
        await Eventually.HoldsAsync(() => Task.FromResult(EnvoyProcesses.Of(_folder).Count == 0), "no Envoy is left");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await KillAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private async Task<bool> IsReadyAsync(HttpClient client)
    {
        Assert.False(_process!.HasExited, "the proxy ended: " + string.Join('\n', _output));
        try
        {
            using var response = await client.GetAsync($"http://127.0.0.1:{_readiness}/ready");
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
