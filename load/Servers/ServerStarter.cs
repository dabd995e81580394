using Mesh.Load.Scenarios;

namespace Mesh.Load.Servers;

/// <summary>Starts what a scenario names.</summary>
internal static class ServerStarter
{
    /// <summary>Starts a server with its resources.</summary>
    public static async Task<IServerUnderTest> StartAsync(ServerSpec server, Scenario scenario, CancellationToken cancellationToken) => server.Kind switch
    {
        ServerKind.Engine => await SyntheticServer.StartEngineAsync(server, scenario, Environment.ProcessPath!, cancellationToken),
        ServerKind.Peer => await SyntheticServer.StartPeerAsync(server, scenario, cancellationToken),
        ServerKind.Global => await GlobalServer.StartAsync(server, cancellationToken),
        ServerKind.Mesh => await MeshServer.StartAsync(server, scenario, cancellationToken),
        _ => await AddressServer.FindAsync(server, cancellationToken),
    };
}
