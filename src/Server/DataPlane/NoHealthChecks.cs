using System.Runtime.CompilerServices;
using EnvoyApi.Service.Health.V3;
using Mesh.Protocol.Ads;
using Mesh.Server.Ads;
using Mesh.Server.Ads.Health;

namespace Mesh.Server.DataPlane;

/// <summary>Health streams of proxies that have nothing to check: setting <c>dpServer.hds.enabled</c> is off.</summary>
internal sealed class NoHealthChecks : IHealthCheckSource
{
    public ValueTask<IHealthCheckStream> ConnectAsync(ClientNode node, IStreamIdentity identity, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IHealthCheckStream>(new Nothing());

    private sealed class Nothing : IHealthCheckStream
    {
        public async IAsyncEnumerable<HealthCheckSpecifier> SpecifiersAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return new HealthCheckSpecifier();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        public void Report(EndpointHealthResponse response)
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
