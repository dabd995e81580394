using System.Diagnostics.Metrics;

namespace Mesh.Server.Kds.Wire;

/// <summary>Counters of the streams between control planes, meter <c>Mesh.Kds</c>; names as the contract's (§8.2).</summary>
internal sealed class KdsMetrics
{
    public KdsMetrics(Func<int> connections)
    {
        var meter = new Meter("Mesh.Kds");
        meter.CreateObservableGauge("kds_zone_active_connections", connections, description: "Zones that are connected; in a zone: whether Global is");
        ResourcesSynced = meter.CreateCounter<long>("kds_resources_sync", description: "Resources sent and received, by type and direction");
        Responses = meter.CreateCounter<long>("kds_delta_generation", description: "Responses sent, by type");
        ResponseBytes = meter.CreateCounter<long>("kds_response_bytes", "By", "Bytes of the responses sent, before compression");
        Rejected = meter.CreateCounter<long>("kds_nack_total", description: "Responses refused, by type and direction");
        Errors = meter.CreateCounter<long>("kds_delta_generation_errors", description: "Resources that could not be sent, by type");
        AttributionRewrites = meter.CreateCounter<long>(
            "kds_zone_attribution_rewrites_total", description: "Resources that a zone sent as another's and that were stored as its own");
    }

    public Counter<long> ResourcesSynced { get; }

    public Counter<long> Responses { get; }

    public Counter<long> ResponseBytes { get; }

    public Counter<long> Rejected { get; }

    public Counter<long> Errors { get; }

    public Counter<long> AttributionRewrites { get; }
}
