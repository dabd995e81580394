using Mesh.Envoy.Json;
using Microsoft.Extensions.Hosting;

namespace Mesh.Server.Bootstrap;

/// <summary>
/// Builds one bootstrap beside the start of the control plane: the first real one would else wait while the descriptors of
/// the whole Envoy API are read and the path through them is compiled, and with it the first sidecar's start.
/// </summary>
internal sealed class BootstrapWarmUp(BootstrapParameters parameters) : BackgroundService
{
    private static readonly BootstrapRequest _request = BootstrapRequest.Parse(
        """{"mesh": "warm-up", "name": "warm-up", "workdir": "/", "dynamicMetadata": {"a": "b"}, "features": ["a"]}"""u8);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(Build, stoppingToken);

    private void Build()
    {
        var facts = new BootstrapFacts
        {
            Request = _request,
            Parameters = parameters,
            Dataplane = new BootstrapDataplane { Labels = new Dictionary<string, string>(), Address = "127.0.0.1" },
            XdsHost = "localhost",
            XdsPort = 1,
            CaPem = parameters.CertificateChainPem,
        };
        _ = BootstrapYaml.Write(EnvoyJson.ToNode(BootstrapBuilder.Build(facts)));
    }
}
