using System.Collections.Concurrent;
using Mesh.Envoy.Names;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Zone.Control;
using Mesh.Zone.Control.Loop;
using Mesh.Zone.Ingest;
using Mesh.Zone.Lifecycle;

namespace Mesh.Zone.Probes;

/// <summary>
/// Tells proxies what to probe and writes what they found into their Dataplanes: an inbound is ready when its application
/// answers and Envoy itself says that it is ready. An item is a proxy with a health stream.
/// </summary>
internal sealed class ProbeController(IResourceStore store, ZoneControlOptions options) : IController
{
    // Names of clusters come from the proxy; more than it was asked to check is not kept.
    private const int MostFindings = 1024;

    private readonly ConcurrentDictionary<ProxyKey, Probed> _proxies = new();

    /// <inheritdoc/>
    public string Name => "service-probe";

    /// <summary>Asks for work on an item; set by the loop's owner before the first stream.</summary>
    public Action<WorkItem> Ask { get; set; } = _ => { };

    /// <summary>A proxy opened a health stream.</summary>
    public ProbeStream Connect(ProxyKey proxy, uint adminPort)
    {
        var stream = new ProbeStream(this, proxy, adminPort);
        lock (_proxies)
        {
            _proxies.GetOrAdd(proxy, _ => new Probed()).Streams.Add(stream);
        }

        AskFor(proxy);
        return stream;
    }

    /// <inheritdoc/>
    public void Observe(in ObservedChange change, ControlView view, ICollection<WorkItem> dirty)
    {
        if (change.Kind == DataplaneKind.Name && _proxies.ContainsKey(new ProxyKey(change.Mesh, change.Name)))
        {
            dirty.Add(new WorkItem(this, change.Mesh, change.Name));
        }
    }

    /// <inheritdoc/>
    public async ValueTask<DateTimeOffset?> ReconcileAsync(WorkItem item, ControlView view, CancellationToken cancellationToken)
    {
        List<ProbeStream> streams;
        Dictionary<string, bool> found;
        lock (_proxies)
        {
            if (!_proxies.TryGetValue(new ProxyKey(item.Mesh, item.Name), out var probed))
            {
                return null;
            }

            streams = [.. probed.Streams];
            found = new Dictionary<string, bool>(probed.Found, StringComparer.Ordinal);
        }

        var dataplane = view.Find(new ResourceKey(DataplaneKind.Name, item.Mesh, item.Name));
        var spec = (DataplaneSpec?)dataplane?.Spec;
        foreach (var stream in streams)
        {
            stream.Offer(ProbePlan.For(options.IsHealthDiscoveryEnabled ? spec : null, stream.AdminPort, options.HealthReportInterval));
        }

        if (dataplane is not null && options.IsHealthDiscoveryEnabled)
        {
            var isEnvoyReady = !found.TryGetValue(EnvoyNames.Admin, out var ready) || ready;
            var next = ServiceProbes.Report(
                spec!, inbound => found.TryGetValue(ProbePlan.ClusterOf(inbound), out var isUp) ? isUp && isEnvoyReady : null);
            if (!ReferenceEquals(next, spec))
            {
                await store.UpdateAsync(dataplane with { Spec = next }, cancellationToken).ConfigureAwait(false);
            }
        }

        return null;
    }

    /// <summary>A proxy said what it found.</summary>
    internal void Report(ProbeStream stream, Dictionary<string, bool> found)
    {
        var isNews = false;
        lock (_proxies)
        {
            if (!_proxies.TryGetValue(stream.Proxy, out var probed))
            {
                return;
            }

            foreach (var (cluster, isUp) in found)
            {
                var isKnown = probed.Found.TryGetValue(cluster, out var before);
                if ((!isKnown || before != isUp) && (isKnown || probed.Found.Count < MostFindings))
                {
                    probed.Found[cluster] = isUp;
                    isNews = true;
                }
            }
        }

        if (isNews)
        {
            AskFor(stream.Proxy);
        }
    }

    /// <summary>A stream ended. What it found stays in the Dataplane until another one finds something else.</summary>
    internal void Remove(ProbeStream stream)
    {
        lock (_proxies)
        {
            if (_proxies.TryGetValue(stream.Proxy, out var probed) && probed.Streams.Remove(stream) && probed.Streams.Count == 0)
            {
                _proxies.TryRemove(stream.Proxy, out _);
            }
        }
    }

    private void AskFor(ProxyKey proxy) => Ask(new WorkItem(this, proxy.Mesh, proxy.Name));

    private sealed class Probed
    {
        public List<ProbeStream> Streams { get; } = [];

        public Dictionary<string, bool> Found { get; } = new(StringComparer.Ordinal);
    }
}
