using System.Net;
using System.Net.Sockets;
using EnvoyApi.Config.Core.V3;
using Google.Protobuf;
using Mesh.Load.Measuring;
using Mesh.Load.Scenarios;

namespace Mesh.Load.Servers;

/// <summary>Any discovery server that runs already. It can be connected to and watched, not changed.</summary>
internal sealed class AddressServer : IServerUnderTest
{
    private readonly ServerSpec _server;

    private AddressServer(ServerSpec server, IPEndPoint discovery)
    {
        _server = server;
        Discovery = discovery;
        Process = server.Pid > 0 ? new ProcessMeter(server.Pid) : null;
    }

    public string Name => _server.Label;

    public IPEndPoint Discovery { get; }

    public ProcessMeter? Process { get; }

    /// <summary>Finds the server.</summary>
    /// <exception cref="ScenarioException">Its name cannot be resolved.</exception>
    public static async Task<AddressServer> FindAsync(ServerSpec server, CancellationToken cancellationToken)
    {
        var uri = new Uri("tcp://" + server.Address);
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(uri.Host, AddressFamily.InterNetwork, cancellationToken);
            return new AddressServer(server, new IPEndPoint(addresses[0], uri.Port));
        }
        catch (SocketException e)
        {
            throw new ScenarioException([$"servers: {server.Address}: {e.Message}"]);
        }
    }

    public byte[] NodeOf(int envoy) =>
        new Node { Id = _server.NodeId.Replace("{i}", $"{envoy}", StringComparison.Ordinal), UserAgentName = "envoy" }.ToByteArray();

    public Task ChangeAsync(StepSpec change, CancellationToken cancellationToken) =>
        throw new ScenarioException([$"steps: {Name} is a server given by address: nothing can be changed there"]);

    public Task<ChurnResult> ChurnAsync(StepSpec churn, CancellationToken cancellationToken) =>
        throw new ScenarioException([$"steps: {Name} is a server given by address: nothing can be changed there"]);

    public Task<RuntimeFigures?> FiguresAsync(CancellationToken cancellationToken) => Task.FromResult<RuntimeFigures?>(null);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
