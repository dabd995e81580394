using System.Threading.Channels;
using EnvoyApi.Config.Core.V3;
using EnvoyApi.Service.Health.V3;
using Mesh.Zone.Ingest;

namespace Mesh.Zone.Probes;

/// <summary>One health stream of a proxy: what it is to check goes out, what it found comes in. Safe for concurrent use.</summary>
public sealed class ProbeStream : IAsyncDisposable
{
    // Only the newest counts.
    private readonly Channel<HealthCheckSpecifier> _specifiers =
        Channel.CreateBounded<HealthCheckSpecifier>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    private readonly ProbeController _owner;
    private HealthCheckSpecifier? _last;

    internal ProbeStream(ProbeController owner, ProxyKey proxy, uint adminPort)
    {
        _owner = owner;
        Proxy = proxy;
        AdminPort = adminPort;
    }

    /// <summary>Which proxy.</summary>
    public ProxyKey Proxy { get; }

    internal uint AdminPort { get; }

    /// <summary>What the proxy is to check: at once, even when that is nothing, then each change.</summary>
    public IAsyncEnumerable<HealthCheckSpecifier> SpecifiersAsync(CancellationToken cancellationToken) => _specifiers.Reader.ReadAllAsync(cancellationToken);

    /// <summary>What the proxy found.</summary>
    public void Report(EndpointHealthResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        var found = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var cluster in response.ClusterEndpointsHealth)
        {
            var states = cluster.LocalityEndpointsHealth.SelectMany(locality => locality.EndpointsHealth).Select(endpoint => endpoint.HealthStatus).ToList();
            if (states.Count > 0 && !states.Contains(HealthStatus.Unknown))
            {
                found[cluster.ClusterName] = states.TrueForAll(state => state is HealthStatus.Healthy or HealthStatus.Degraded);
            }
        }

        _owner.Report(this, found);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _specifiers.Writer.TryComplete();
        _owner.Remove(this);
        return ValueTask.CompletedTask;
    }

    internal void Offer(HealthCheckSpecifier specifier)
    {
        if (!specifier.Equals(_last))
        {
            _last = specifier;
            _specifiers.Writer.TryWrite(specifier);
        }
    }
}
