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

    public static async Task<TestControlPlane> StartAsync(ILoggerFactory? loggers = null, string zone = "default")
    {
        var flags = new Dictionary<string, string>
        {
            ["store.type"] = "memory",
            ["multizone.zone.name"] = zone,
            ["apiServer.http.port"] = "0",
            ["apiServer.https.port"] = "0",
            ["dpServer.port"] = "0",
            ["diagnostics.serverPort"] = "0",
        };
        var settings = SettingsLoader.Load(new SettingsSources { Flags = flags }).Settings;
        return new TestControlPlane(await ControlPlane.StartAsync(settings, loggers ?? NullLoggerFactory.Instance, TimeProvider.System));
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await _controlPlane.DisposeAsync();
    }
}
