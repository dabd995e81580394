using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Mesh.Model.Json;

namespace Mesh.Server.Bootstrap;

/// <summary>What a sidecar posts to <c>/bootstrap</c> (contract §5.2). Unknown fields are ignored; nulls count as absent.</summary>
public sealed record BootstrapRequest
{
    private static readonly JsonSerializerOptions _options = new(JsonSerializerDefaults.Web) { MaxDepth = 32, AllowDuplicateProperties = false };

    /// <summary>Mesh of the proxy.</summary>
    public string? Mesh { get; init; }

    /// <summary>Name of the proxy's Dataplane.</summary>
    public string? Name { get; init; }

    /// <summary>Only <c>dataplane</c> (also when empty).</summary>
    public string? ProxyType { get; init; }

    /// <summary>Token with which the proxy proves who it is.</summary>
    public string? DataplaneToken { get; init; }

    /// <summary>File of the token, for Envoys that read it again when it changes.</summary>
    public string? DataplaneTokenPath { get; init; }

    /// <summary>The Dataplane as YAML or JSON, when the proxy brings it along.</summary>
    public string? DataplaneResource { get; init; }

    /// <summary>Versions of the sidecar and its Envoy, copied to the node's metadata.</summary>
    public JsonObject? Version { get; init; }

    /// <summary>PEM of the CA with which the proxy verifies the control plane. Empty: the control plane's own.</summary>
    public string? CaCert { get; init; }

    /// <summary>Free values for the node's metadata.</summary>
    public JsonObject? DynamicMetadata { get; init; }

    /// <summary>What the sidecar's environment says about OpenTelemetry.</summary>
    public JsonObject? OtelEnv { get; init; }

    /// <summary>Port of the sidecar's DNS server; 0: none.</summary>
    public uint DnsPort { get; init; }

    /// <summary>Port of the sidecar's readiness reporter; 0: none.</summary>
    public uint ReadinessPort { get; init; }

    /// <summary>Whether the application's probes are served. The wire says "disabled" and means "enabled".</summary>
    [JsonPropertyName("appProbeProxyDisabled")]
    public bool AppProbeProxyEnabled { get; init; }

    /// <summary>Operating system of the proxy, e.g. <c>linux</c>.</summary>
    public string? OperatingSystem { get; init; }

    /// <summary>What the sidecar can do, e.g. <c>feature-reuse-port</c>.</summary>
    public IReadOnlyList<string?>? Features { get; init; }

    /// <summary>Limits of the proxy.</summary>
    public ProxyResources? Resources { get; init; }

    /// <summary>Folder for the proxy's sockets.</summary>
    [JsonPropertyName("workdir")]
    public string? WorkDir { get; init; }

    /// <summary>Certificate of the metrics endpoint.</summary>
    public MetricsFiles? MetricsResources { get; init; }

    /// <summary>File with the system's CA certificates.</summary>
    public string? SystemCaPath { get; init; }

    /// <summary>How traffic is redirected to the proxy, copied to the node's metadata.</summary>
    public JsonObject? DataplaneConfig { get; init; }

    /// <summary>Whether the machine has IPv6.</summary>
    public bool Ipv6Enabled { get; init; }

    /// <summary>A SPIRE agent on the machine.</summary>
    public SpireAgent? SpireResources { get; init; }

    /// <summary>Reads a request.</summary>
    /// <exception cref="JsonException">The text is no JSON object, a field has a wrong type, or a property is there twice.</exception>
    public static BootstrapRequest Parse(ReadOnlySpan<byte> json)
    {
        StrictJson.DemandText(json);
        try
        {
            return JsonSerializer.Deserialize<BootstrapRequest>(json, _options) ?? throw new JsonException("the request is null");
        }
        catch (ArgumentException e)
        {
            // A tree that has a property twice is refused by its dictionary.
            throw new JsonException(e.Message, e);
        }
    }

    /// <summary>Limits of a proxy.</summary>
    /// <param name="MaxHeapSizeBytes">Heap beyond which Envoy sheds load; 0: no limit.</param>
    public sealed record ProxyResources(ulong MaxHeapSizeBytes);

    /// <summary>Certificate of the metrics endpoint.</summary>
    /// <param name="CertPath">Certificate file.</param>
    /// <param name="KeyPath">Key file.</param>
    public sealed record MetricsFiles(string? CertPath, string? KeyPath);

    /// <summary>A SPIRE agent.</summary>
    /// <param name="SocketPath">Its socket.</param>
    public sealed record SpireAgent(string? SocketPath);
}
