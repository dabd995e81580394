using Mesh.RealEnvoy.Meshes;
using Mesh.Testing.Network;

namespace Mesh.RealEnvoy.MultiZone;

/// <summary>A zone under a Global: a process with its store on disk, the network between both, which can fail, and its proxies.</summary>
public sealed class FederatedZone : IAsyncDisposable
{
    private readonly string _folder;

    private FederatedZone(string folder, TcpRelay network, ControlPlaneProcess controlPlane, TestZone proxies) =>
        (_folder, Network, ControlPlane, Proxies) = (folder, network, controlPlane, proxies);

    public ControlPlaneProcess ControlPlane { get; }

    /// <summary>What lies between the zone (up) and Global (down).</summary>
    public TcpRelay Network { get; }

    public TestZone Proxies { get; }

    public string Name => Proxies.Name;

    public MeshApi Api => ControlPlane.Api;

    /// <summary>Starts a zone and waits until Global shows it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="global">Its Global.</param>
    /// <param name="options">More words for <c>mesh run</c>.</param>
    public static async Task<FederatedZone> StartAsync(string name, ControlPlaneProcess global, params string[] options)
    {
        var folder = Directory.CreateTempSubdirectory("mesh-zone-").FullName;
        var network = TcpRelay.To(new Uri(global.Zones).Port);
        var controlPlane = await ControlPlaneProcess.StartNewAsync([.. await JoinAsync(name, global, network.Port, folder), .. options]);
        await IsOnlineAsync(global, name);
        return new FederatedZone(folder, network, controlPlane, TestZone.Of(name, controlPlane.Api, controlPlane.DataPlane));
    }

    /// <summary>Words for <c>mesh run</c> with which a zone joins.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="global">Its Global, which issues the token.</param>
    /// <param name="port">Where it reaches Global.</param>
    /// <param name="folder">Where the token is kept.</param>
    public static async Task<string[]> JoinAsync(string name, ControlPlaneProcess global, int port, string folder)
    {
        var token = Path.Combine(folder, name + ".token");
        await File.WriteAllTextAsync(token, await global.Api.ZoneTokenAsync(name));
        return
        [
            "--zone", name, "--global-address", $"grpcs://localhost:{port}",
            "--set", "multizone.zone.kds.tlsSkipVerify=true", "--set", $"multizone.zone.kds.auth.cpTokenPath={token}",
        ];
    }

    /// <summary>Waits until Global shows a zone as online.</summary>
    public static Task IsOnlineAsync(ControlPlaneProcess global, string name) => Eventually.HoldsAsync(
        async () => (await global.Api.RunAsync("inspect", "zones")).Split('\n').Any(line => line.StartsWith(name + " ", StringComparison.Ordinal) && line.Contains("Online", StringComparison.Ordinal)),
        $"zone {name} is online");

    public async ValueTask DisposeAsync()
    {
        await Proxies.DisposeAsync();
        await ControlPlane.DisposeAsync();
        await Network.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
