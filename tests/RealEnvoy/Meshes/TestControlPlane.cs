using Mesh.Model.Stores;
using Mesh.Server.Hosting;
using Mesh.Server.Settings;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.RealEnvoy.Meshes;

/// <summary>A control plane in this process, on free ports, with its store in memory.</summary>
public sealed class TestControlPlane : IAsyncDisposable
{
    private readonly ControlPlane _controlPlane;

    private TestControlPlane(ControlPlane controlPlane)
    {
        _controlPlane = controlPlane;
        Api = new MeshApi(controlPlane.Addresses.Http!);
    }

    public MeshApi Api { get; }

    /// <summary>Where its resources live, for what only the control plane itself writes.</summary>
    public IResourceStore Store => _controlPlane.Store;

    public Uri DataPlane => _controlPlane.Addresses.DataPlane;

    public static Task<TestControlPlane> StartAsync(ILoggerFactory? loggers = null, string zone = "default") =>
        StartAsync(TimeProvider.System, loggers, ("multizone.zone.name", zone));

    /// <summary>Starts one with a clock and settings of its own.</summary>
    public static async Task<TestControlPlane> StartAsync(TimeProvider clock, ILoggerFactory? loggers, params (string Path, string Value)[] more)
    {
        var flags = new Dictionary<string, string>
        {
            ["store.type"] = "memory",
            ["apiServer.http.port"] = "0",
            ["apiServer.https.port"] = "0",
            ["dpServer.port"] = "0",
            ["diagnostics.serverPort"] = "0",
        };
        foreach (var (path, value) in more)
        {
            flags[path] = value;
        }

        var settings = SettingsLoader.Load(new SettingsSources { Flags = flags }).Settings;
        return new TestControlPlane(await ControlPlane.StartAsync(settings, loggers ?? NullLoggerFactory.Instance, clock));
    }

    /// <summary>Waits until proxies are let in: a zone under a Global needs to hear from it first.</summary>
    public async Task IsReadyAsync()
    {
        using var client = new HttpClient { BaseAddress = _controlPlane.Addresses.Diagnostics };
        await Eventually.HoldsAsync(
            async () =>
            {
                using var answer = await client.GetAsync(new Uri("/ready", UriKind.Relative));
                return answer.IsSuccessStatusCode;
            },
            "the control plane is ready");
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await _controlPlane.DisposeAsync();
    }
}
