using System.Net;
using System.Net.Sockets;
using Mesh.RealEnvoy.Meshes;
using Mesh.Sidecar;
using Mesh.Sidecar.Running;
using Mesh.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.RealEnvoy.Sidecars;

/// <summary>A sidecar with a real Envoy, from its start to its end.</summary>
public sealed class SidecarLifecycleTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private static readonly CancellationToken _token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sidecar_StartedAndStopped_ServesUntilDrained()
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        await using var controlPlane = await StaticControlPlane.StartAsync(_token);
        using var stop = new CancellationTokenSource();
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var runner = new SidecarRunner(Options(controlPlane), TimeProvider.System, NullLoggerFactory.Instance) { OnReady = ready.SetResult };
        var run = runner.RunAsync(stop.Token, CancellationToken.None);
        await Task.WhenAny(run, ready.Task).WaitAsync(_patience, _token);
        Assert.True(ready.Task.IsCompletedSuccessfully, run.Exception?.Message);

        var request = controlPlane.Request!;
        using var web = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{controlPlane.Port}") };
        using var readiness = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{request["readinessPort"]}") };
        Assert.Equal("ok", await web.GetStringAsync("/", _token));
        Assert.Equal(HttpStatusCode.OK, (await readiness.GetAsync("/ready", _token)).StatusCode);
        await UntilAsync(async () => await ResolvesAsync((int)request["dnsPort"]!));

        await stop.CancelAsync();
        await UntilAsync(async () => (await readiness.GetAsync("/ready", _token)).StatusCode == HttpStatusCode.ServiceUnavailable);
        Assert.Equal("ok", await web.GetStringAsync("/", _token));
        await run.WaitAsync(_patience, _token);

        await Assert.ThrowsAsync<HttpRequestException>(() => web.GetStringAsync("/", _token));
        Assert.False(Directory.Exists(request["workdir"]!.ToString()));
    }

    [Fact]
    public async Task Sidecar_StoppedNow_DoesNotWaitForTheDrain()
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        await using var controlPlane = await StaticControlPlane.StartAsync(_token);
        using var stop = new CancellationTokenSource();
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var options = Options(controlPlane) with { DrainTime = TimeSpan.FromMinutes(10) };
        var run = new SidecarRunner(options, TimeProvider.System, NullLoggerFactory.Instance) { OnReady = ready.SetResult }.RunAsync(stop.Token, stop.Token);
        await Task.WhenAny(run, ready.Task).WaitAsync(_patience, _token);

        await stop.CancelAsync();

        await run.WaitAsync(_patience, _token);
    }

    [Fact]
    public async Task Sidecar_EnvoyKilled_IsStartedAgain()
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        await using var controlPlane = await StaticControlPlane.StartAsync(_token);
        using var stop = new CancellationTokenSource();
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var workDir = Directory.CreateTempSubdirectory("mesh-");
        var runner = new SidecarRunner(Options(controlPlane) with { WorkDir = workDir.FullName }, TimeProvider.System, NullLoggerFactory.Instance)
        {
            OnReady = ready.SetResult,
        };
        var run = runner.RunAsync(stop.Token, stop.Token);
        await Task.WhenAny(run, ready.Task).WaitAsync(_patience, _token);
        var first = EnvoyProcesses.Of(workDir.FullName);
        EnvoyProcesses.Kill(first);

        await UntilAsync(() => Task.FromResult(run.IsCompleted || EnvoyProcesses.Of(workDir.FullName).Except(first).Any()));

        Assert.False(run.IsCompleted, run.Exception?.Message);
        await stop.CancelAsync();
        await run.WaitAsync(_patience, _token);
        Assert.Empty(EnvoyProcesses.Of(workDir.FullName));
        workDir.Delete(recursive: true);
    }

    [Fact]
    public async Task Sidecar_EnvoyAskedToEnd_EndsToo()
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        await using var controlPlane = await StaticControlPlane.StartAsync(_token);
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var workDir = Directory.CreateTempSubdirectory("mesh-");
        var runner = new SidecarRunner(Options(controlPlane) with { WorkDir = workDir.FullName }, TimeProvider.System, NullLoggerFactory.Instance)
        {
            OnReady = ready.SetResult,
        };
        var run = runner.RunAsync(CancellationToken.None, CancellationToken.None);
        await Task.WhenAny(run, ready.Task).WaitAsync(_patience, _token);
        EnvoyProcesses.Terminate(EnvoyProcesses.Of(workDir.FullName));

        var fault = await Assert.ThrowsAsync<SidecarException>(() => run.WaitAsync(_patience, _token));

        Assert.Contains("Envoy ended with exit code 0", fault.Message, StringComparison.Ordinal);
        workDir.Delete(recursive: true);
    }

    private static SidecarOptions Options(StaticControlPlane controlPlane) => new()
    {
        ControlPlane = controlPlane.Address,
        Dataplane = "type: Dataplane\nname: web-1\nnetworking: {address: 127.0.0.1}\n",
        EnvoyPath = EnvoyBinary.Path!,
        Concurrency = 1,
        DrainTime = TimeSpan.FromSeconds(2),
        DnsPort = 0,
        ReadinessPort = 0,
        EnvoyLogLevel = "error",
        KeepConfiguration = KeepConfiguration.Memory,
        DynamicConfigInterval = TimeSpan.FromMilliseconds(50),
    };

    private static async Task<bool> ResolvesAsync(int port)
    {
        using var client = new UdpClient();
        client.Connect(IPAddress.Loopback, port);
        await client.SendAsync(new byte[] { 0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, 119, 101, 98, 4, 109, 101, 115, 104, 0, 0, 1, 0, 1 }, _token);
        var answer = (await client.ReceiveAsync(_token)).Buffer;
        return answer.Length > 4 && answer.AsSpan()[^4..].SequenceEqual(new byte[] { 241, 0, 0, 1 });
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_token);
        limit.CancelAfter(_patience);
        while (!await condition())
        {
            await Task.Delay(10, limit.Token);
        }
    }
}
