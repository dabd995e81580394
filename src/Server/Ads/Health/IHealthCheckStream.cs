using EnvoyApi.Service.Health.V3;

namespace Mesh.Server.Ads.Health;

/// <summary>One health stream of a proxy (contract §5.4).</summary>
public interface IHealthCheckStream : IAsyncDisposable
{
    /// <summary>What the proxy is to check: the first at once, even when there is nothing to check, then each change.</summary>
    IAsyncEnumerable<HealthCheckSpecifier> SpecifiersAsync(CancellationToken cancellationToken);

    /// <summary>What the proxy found. Called from the stream's reading loop: be quick.</summary>
    void Report(EndpointHealthResponse response);
}
