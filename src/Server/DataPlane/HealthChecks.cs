using EnvoyApi.Service.Health.V3;
using Mesh.Protocol.Ads;
using Mesh.Server.Ads;
using Mesh.Server.Ads.Health;
using Mesh.Zone.Control;
using Mesh.Zone.Probes;

namespace Mesh.Server.DataPlane;

/// <summary>Health streams of proxies: what their Dataplanes ask to be probed, and what they found (contract §5.4).</summary>
internal sealed class HealthChecks(ZoneControllers controllers) : IHealthCheckSource
{
    public ValueTask<IHealthCheckStream> ConnectAsync(ClientNode node, IStreamIdentity identity, CancellationToken cancellationToken)
    {
        var probes = controllers.ConnectProbes(NodeReader.KeyOf(node), NodeReader.MetadataOf(node).AdminPort);
        return ValueTask.FromResult<IHealthCheckStream>(new Stream(probes));
    }

    private sealed class Stream(ProbeStream probes) : IHealthCheckStream
    {
        public IAsyncEnumerable<HealthCheckSpecifier> SpecifiersAsync(CancellationToken cancellationToken) => probes.SpecifiersAsync(cancellationToken);

        public void Report(EndpointHealthResponse response) => probes.Report(response);

        public ValueTask DisposeAsync() => probes.DisposeAsync();
    }
}
