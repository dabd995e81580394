using Mesh.Server.Hosting;
using Mesh.Server.Settings;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Cli.Tests;

/// <summary>A control plane in this process, on free ports, and the command line that talks to it.</summary>
internal sealed class TestZone : IAsyncDisposable
{
    private readonly ControlPlane _controlPlane;

    private TestZone(ControlPlane controlPlane) => _controlPlane = controlPlane;

    /// <summary>Starts one with its store in memory.</summary>
    /// <param name="settings">What differs from the defaults.</param>
    public static async Task<TestZone> StartAsync(params (string Path, string Value)[] settings)
    {
        var flags = new Dictionary<string, string>
        {
            ["store.type"] = "memory",
            ["apiServer.http.interface"] = "127.0.0.1",
            ["apiServer.http.port"] = "0",
            ["apiServer.https.enabled"] = "false",
            ["dpServer.interface"] = "127.0.0.1",
            ["dpServer.port"] = "0",
            ["diagnostics.interface"] = "127.0.0.1",
            ["diagnostics.serverPort"] = "0",
        };
        foreach (var (path, value) in settings)
        {
            flags[path] = value;
        }

        var loaded = SettingsLoader.Load(new SettingsSources { Flags = flags }).Settings;
        return new TestZone(await ControlPlane.StartAsync(loaded, NullLoggerFactory.Instance, TimeProvider.System, TestContext.Current.CancellationToken));
    }

    /// <summary>Runs a command against it.</summary>
    public async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await MeshCommandLine.RunAsync(
            [.. args, "--address", _controlPlane.Addresses.Http!.ToString()], output, error, TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }

    public ValueTask DisposeAsync() => _controlPlane.DisposeAsync();
}
