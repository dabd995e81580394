using System.Net;
using EnvoyApi.Config.Core.V3;
using Google.Protobuf;
using Mesh.Load.Measuring;
using Mesh.Load.Responses;
using Mesh.Load.Scenarios;
using Mesh.Testing.Network;

namespace Mesh.Load.Servers;

/// <summary>
/// A server that only stores and sends a generated mesh: our engine with our discovery host and no control plane around it,
/// or go-control-plane, with the same resources and the same control port.
/// </summary>
internal sealed class SyntheticServer : IServerUnderTest
{
    /// <summary>Starts until it is said that a server cannot be started.</summary>
    private const int Attempts = 3;

    private readonly ServerProcess _process;
    private readonly ControlClient _control;
    private readonly bool _isOurs;

    private SyntheticServer(string name, ServerProcess process, int port, int controlPort, bool isOurs)
    {
        Name = name;
        _process = process;
        _control = new ControlClient(controlPort);
        _isOurs = isOurs;
        Discovery = new IPEndPoint(IPAddress.Loopback, port);
    }

    public string Name { get; }

    public IPEndPoint Discovery { get; }

    public ProcessMeter Process => _process.Meter;

    /// <summary>Starts our engine and discovery host.</summary>
    /// <param name="program">This program.</param>
    public static async Task<SyntheticServer> StartEngineAsync(ServerSpec server, Scenario scenario, string program, CancellationToken cancellationToken)
    {
        var (process, port, control) = await StartAsync(
            program, (port, control) => ["serve", "--listen", $"{port}", "--control", $"{control}", .. Sizes(scenario), .. Tls(scenario)], cancellationToken);
        return new SyntheticServer(server.Label, process, port, control, isOurs: true);
    }

    /// <summary>Starts the peer.</summary>
    /// <exception cref="ScenarioException">It is not there.</exception>
    public static async Task<SyntheticServer> StartPeerAsync(ServerSpec server, Scenario scenario, CancellationToken cancellationToken)
    {
        var program = await ReferenceMaterial.UnpackAsync("peers/gcp-peer", cancellationToken)
            ?? throw new ScenarioException(["servers: the go-control-plane peer is not there (../shared/peers/gcp-peer)"]);
        var (process, port, control) = await StartAsync(
            program,
            (port, control) =>
            [
                "--listen", $"127.0.0.1:{port}", "--control", $"127.0.0.1:{control}", "--cache", server.Cache,
                .. Sizes(scenario), .. Tls(scenario),
            ],
            cancellationToken);
        return new SyntheticServer(server.Label, process, port, control, isOurs: false);
    }

    public byte[] NodeOf(int envoy) => new Node { Id = $"default.proxy-{envoy}", UserAgentName = "envoy" }.ToByteArray();

    public Task ChangeAsync(StepSpec change, CancellationToken cancellationToken) => change.Kind == "same"
        ? throw new ScenarioException([$"steps: {Name} has no policies to apply again"])
        : _control.ChangeAsync(change, cancellationToken);

    public Task<ChurnResult> ChurnAsync(StepSpec churn, CancellationToken cancellationToken) => _isOurs
        ? _control.ChurnAsync(churn, cancellationToken)
        : throw new ScenarioException([$"steps: {Name} cannot change at a rate"]);

    public async Task<PublishedContents?> PublishedAsync(CancellationToken cancellationToken) =>
        _isOurs ? await _control.PublishedAsync(cancellationToken) : null;

    public async Task<RuntimeFigures?> FiguresAsync(CancellationToken cancellationToken) => await _control.FiguresAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _control.Dispose();
        await _process.DisposeAsync();
    }

    /// <summary>Starts a program on two ports. A port that was free may be somebody else's by the time it is bound: others are tried then.</summary>
    private static async Task<(ServerProcess Process, int Port, int Control)> StartAsync(
        string program, Func<int, int, string[]> arguments, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (port, control) = (FreePorts.Next(), FreePorts.Next());
            try
            {
                return (await ServerProcess.StartAsync(program, arguments(port, control), "ready", cancellationToken), port, control);
            }
            catch (InvalidOperationException) when (attempt < Attempts)
            {
                // It has ended.
            }
        }
    }

    private static string[] Sizes(Scenario scenario) =>
    [
        "--proxies", $"{scenario.Fleet.Proxies}", "--services", $"{scenario.Resources.Services}", "--endpoints", $"{scenario.Resources.Endpoints}",
    ];

    private static string[] Tls(Scenario scenario) => scenario.Fleet.Tls ? ["--tls"] : [];
}
