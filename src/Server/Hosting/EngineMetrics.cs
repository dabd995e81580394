using System.Diagnostics.Metrics;
using Mesh.Engine.Convergence;
using Mesh.Zone;

namespace Mesh.Server.Hosting;

/// <summary>
/// Meter <c>Engine</c>: sizes of the engine, work of the pipeline, and how long revisions take from their first change
/// until each proxy was sent them, accepted or rejected them. Sizes are looked up when they are asked for.
/// </summary>
internal sealed class EngineMetrics : IRevisionObserver, IDisposable
{
    private static readonly double[] _buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
    private readonly Meter _meter;
    private readonly RevisionLog _revisions;
    private readonly Histogram<double> _received;
    private readonly Histogram<double> _accepted;
    private readonly Histogram<double> _rejected;

    /// <param name="pipeline">What is measured.</param>
    /// <param name="meters">What the meter's name begins with.</param>
    public EngineMetrics(ZonePipeline pipeline, string meters)
    {
        _meter = new Meter(meters + ".Engine");
        var engine = pipeline.Engine;
        var work = pipeline.Metrics;
        _revisions = engine.Revisions;
        _received = Times("received", "a proxy was sent all of it");
        _accepted = Times("accepted", "a proxy accepted all of it");
        _rejected = Times("rejected", "a proxy had answered, and rejected some of it");
        Count("mesh_revisions", () => _revisions.Count, "Batches of changes that changed some proxy's configuration");
        Count("mesh_zone_rounds", () => work.Rounds, "Batches of changes that were worked in");
        Count("mesh_zone_plans", () => work.Plans, "Proxies planned");
        Count("mesh_zone_renewals", () => work.Renewals, "Proxies that kept their plan but for their outbounds");
        Count("mesh_zone_destinations", () => work.Destinations, "Destinations planned, each for all proxies that have it in common");
        Count("mesh_zone_compiles", () => work.Compiles, "Parts of plans compiled");
        Count("mesh_zone_compile_hits", () => work.CacheHits, "Parts of plans that were compiled already");
        Count("mesh_zone_publishes", () => work.Publishes, "Snapshots that differed from the one before");
        Size("mesh_engine_resources", () => engine.Counts.Resources, "Distinct resources");
        Size("mesh_engine_resource_bytes", () => engine.Counts.ResourceBytes, "Bytes of the distinct resources", "By");
        Size("mesh_engine_references", engine.CountReferences, "Resources of all proxies; over mesh_engine_resources: how often one is shared");
        Size("mesh_engine_slices", () => engine.Counts.Slices, "Distinct lists of resources");
        Size("mesh_engine_chunks", () => engine.Counts.Chunks, "Distinct runs that lists are made of");
        Size("mesh_engine_names", () => engine.Counts.Names, "Names in use");
        Size("mesh_engine_proxies", () => engine.Counts.Proxies, "Proxies with a configuration or a stream");
        Size("mesh_engine_retired", () => engine.Counts.Retired, "Snapshots that wait for a reader to leave");
        _revisions.Observer = this;
    }

    void IRevisionObserver.Received(TimeSpan elapsed) => _received.Record(elapsed.TotalSeconds);

    void IRevisionObserver.Answered(TimeSpan elapsed, bool isRejected) => (isRejected ? _rejected : _accepted).Record(elapsed.TotalSeconds);

    public void Dispose()
    {
        _revisions.Observer = null;
        _meter.Dispose();
    }

    private Histogram<double> Times(string what, string until) => _meter.CreateHistogram(
        "mesh_convergence_" + what,
        "s",
        "From the first change of a revision until " + until,
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = _buckets });

    private void Count(string name, Func<long> count, string description) => _meter.CreateObservableCounter(name, count, description: description);

    private void Size(string name, Func<long> size, string description, string? unit = null) => _meter.CreateObservableGauge(name, size, unit, description);
}
