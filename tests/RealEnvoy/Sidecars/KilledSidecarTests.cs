using System.Diagnostics;
using Mesh.RealEnvoy.Meshes;
using Mesh.Testing;

namespace Mesh.RealEnvoy.Sidecars;

/// <summary><c>kill -9</c> of <c>mesh proxy</c>: no Envoy is left behind that nobody configures and that holds the ports.</summary>
public sealed class KilledSidecarTests
{
    private static readonly CancellationToken _token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sidecar_Killed_TakesItsEnvoyWithIt()
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        Assert.SkipUnless(File.Exists("/usr/bin/setpriv") || File.Exists("/bin/setpriv"), "no setpriv on this machine: the next start ends the Envoy");
        await using var controlPlane = await StaticControlPlane.StartAsync(_token);
        var folder = Directory.CreateTempSubdirectory("mesh-");
        using var sidecar = Start(controlPlane, folder.FullName);
        await Eventually.HoldsAsync(() => Task.FromResult(EnvoyProcesses.Of(folder.FullName).Count == 1), "Envoy runs");

        sidecar.Kill();
        await sidecar.WaitForExitAsync(_token);

        await Eventually.HoldsAsync(() => Task.FromResult(EnvoyProcesses.Of(folder.FullName).Count == 0), "no Envoy is left");
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Sidecar_EnvoyOfAFormerRunIsLeft_EndsIt()
    {
        Assert.SkipWhen(EnvoyBinary.Path is null, EnvoyBinary.SkipReason);
        await using var controlPlane = await StaticControlPlane.StartAsync(_token);
        var folder = Directory.CreateTempSubdirectory("mesh-");
        using var first = Start(controlPlane, folder.FullName);
        await Eventually.HoldsAsync(() => Task.FromResult(EnvoyProcesses.Of(folder.FullName).Count == 1), "Envoy runs");
        var bootstrap = Directory.GetFiles(folder.FullName, "bootstrap.yaml", SearchOption.AllDirectories).Single();
        first.Kill();
        await first.WaitForExitAsync(_token);
        using var left = Process.Start(EnvoyBinary.Path!, ["--config-path", bootstrap, "--disable-hot-restart", "--log-level", "off", "--use-dynamic-base-id"]);
        await Eventually.HoldsAsync(() => Task.FromResult(EnvoyProcesses.Of(folder.FullName).Contains(left.Id)), "the Envoy that was left");

        using var second = Start(controlPlane, folder.FullName);
        await left.WaitForExitAsync(_token);
        await Eventually.HoldsAsync(() => Task.FromResult(EnvoyProcesses.Of(folder.FullName).Count == 1), "one Envoy runs");

        second.Kill();
        await second.WaitForExitAsync(_token);
        await Eventually.HoldsAsync(() => Task.FromResult(EnvoyProcesses.Of(folder.FullName).Count == 0), "no Envoy is left");
        folder.Delete(recursive: true);
    }

    private static Process Start(StaticControlPlane controlPlane, string folder)
    {
        var dataplane = Path.Combine(folder, "dataplane.yaml");
        File.WriteAllText(dataplane, "type: Dataplane\nname: web-1\nnetworking: {address: 127.0.0.1}\n");
        string[] arguments =
        [
            "exec", Path.Combine(AppContext.BaseDirectory, "mesh.dll"), "proxy", "--cp-address", controlPlane.Address.ToString(),
            "--dataplane-file", dataplane, "--envoy-path", EnvoyBinary.Path!, "--concurrency", "1", "--dns-proxy-port", "0",
            "--readiness-port", "0", "--envoy-log-level", "error", "--state-dir", folder,
        ];
        return Process.Start(new ProcessStartInfo("dotnet", arguments))!;
    }
}
