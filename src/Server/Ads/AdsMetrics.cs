using System.Diagnostics.Metrics;
using Mesh.Server.Ads.Admission;
using Mesh.Server.Ads.Streams;
using Mesh.Server.Ads.Transport;

namespace Mesh.Server.Ads;

/// <summary>Counters of the discovery streams, meter <c>Ads</c>.</summary>
internal sealed class AdsMetrics : IDisposable
{
    private readonly Meter _meter;

    /// <param name="meters">What the meter's name begins with.</param>
    /// <param name="streams">Streams to count.</param>
    /// <param name="admission">Streams that stand in line.</param>
    /// <param name="blocks">Memory of bytes under way.</param>
    /// <param name="buffers">More of it.</param>
    public AdsMetrics(string meters, AdsStreams streams, StreamAdmission admission, BlockPools blocks, TransportBuffers buffers)
    {
        var meter = _meter = new Meter(meters + ".Ads");
        meter.CreateObservableGauge("mesh_ads_streams", () => streams.Count, description: "Open discovery streams");
        meter.CreateObservableGauge("mesh_ads_streams_opening", () => admission.Opening, description: "Streams without a configuration yet");
        meter.CreateObservableGauge("mesh_ads_streams_waiting", () => admission.Waiting, description: "Streams that stand in line to be let in");
        meter.CreateObservableGauge("mesh_ads_transport_bytes", () => blocks.RentedBytes + buffers.RentedBytes, "By", "Memory of bytes under way to and from clients");
        meter.CreateObservableCounter("mesh_ads_requests", () => Requests.Value, description: "Requests received");
        meter.CreateObservableCounter("mesh_ads_responses", () => Responses.Value, description: "Responses sent");
        meter.CreateObservableCounter("mesh_ads_response_bytes", () => ResponseBytes.Value, "By", "Bytes of the responses sent");
        meter.CreateObservableCounter("mesh_ads_accepted", Accepted.Read, description: "Responses accepted by clients, by type");
        Rejected = meter.CreateCounter<long>("mesh_ads_rejected", description: "Responses rejected by clients, by type");
        Refused = meter.CreateCounter<long>("mesh_ads_streams_refused", description: "Streams refused because too many came or are open");
        WriteTimeouts = meter.CreateCounter<long>("mesh_ads_write_timeouts", description: "Streams cut because the client took nothing");
    }

    public ObservedCount Requests { get; } = new();

    public ObservedCount Responses { get; } = new();

    public ObservedCount ResponseBytes { get; } = new();

    public ObservedTypeCounts Accepted { get; } = new();

    public Counter<long> Rejected { get; }

    public Counter<long> Refused { get; }

    public Counter<long> WriteTimeouts { get; }

    public void Dispose() => _meter.Dispose();
}
