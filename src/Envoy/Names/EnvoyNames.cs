using System.Globalization;

namespace Mesh.Envoy.Names;

/// <summary>
/// Names of the Envoy resources we build (contract §3.2). Outbound resources carry their destination's KRI and are not here.
/// </summary>
public static class EnvoyNames
{
    /// <summary>STATIC cluster without endpoints, for traffic to a port nobody serves.</summary>
    public const string NoDestinationInbound = "self_transparentproxy_no_destination_inbound";

    /// <summary>Listener and cluster through which Envoy's admin endpoint is reached.</summary>
    public const string Admin = "system_envoy_admin";

    /// <summary>Cluster of the sidecar's readiness reporter.</summary>
    public const string ReadinessProbe = "system_probe_readiness";

    /// <summary>Listener that hands configuration to the sidecar process; also the prefix of its routes.</summary>
    public const string DynamicConfig = "system_dynamicconfig";

    /// <summary>Bootstrap cluster of the control plane.</summary>
    public const string AdsCluster = "system_ads";

    /// <summary>Bootstrap cluster of the sidecar's access-log streamer.</summary>
    public const string AccessLogSink = "system_access_log_sink";

    /// <summary>Bootstrap secret: the CA that signs the control plane's certificate.</summary>
    public const string ControlPlaneValidationContext = "cp_validation_ctx";

    /// <summary>Secret: every trust domain's CA bundle.</summary>
    public const string TrustBundle = "system_trust_bundle";

    /// <summary>Cluster to which direct access is proxied.</summary>
    public const string DirectAccess = "direct_access";

    /// <summary>Key of the listener metadata that holds tags.</summary>
    public const string TagsMetadata = "io.kuma.tags";

    /// <summary>Label that holds a resource's name where there are no tags.</summary>
    public const string UnifiedNameTag = "kuma.io/unified-name";

    /// <summary>Listener, cluster, route configuration and stat prefix of an inbound: its name, or its port where it has none.</summary>
    public static string Inbound(string section) => "self_inbound_dp_" + section;

    /// <inheritdoc cref="Inbound(string)"/>
    public static string Inbound(string? name, uint port) => Inbound(Section(name, port));

    /// <summary>Zone ingress listener.</summary>
    public static string ZoneIngress(string section) => "self_zoneingress_dp_" + section;

    /// <summary>Zone egress listener.</summary>
    public static string ZoneEgress(string section) => "self_zoneegress_dp_" + section;

    /// <summary>Listener and cluster for inbound traffic to a port without an inbound.</summary>
    public static string PassthroughInbound(bool ipv6) => "self_transparentproxy_passthrough_inbound_" + Family(ipv6);

    /// <summary>Listener and cluster for outbound traffic to an address without an outbound.</summary>
    public static string PassthroughOutbound(bool ipv6) => "self_transparentproxy_passthrough_outbound_" + Family(ipv6);

    /// <summary>Listener of a directly accessed address.</summary>
    public static string DirectAccessListener(string address, uint port) =>
        string.Create(CultureInfo.InvariantCulture, $"direct_access_{address}:{port}");

    /// <summary>Route that serves one kind of configuration to the sidecar: <c>dns</c>, <c>meshmetric</c> or <c>otel</c>.</summary>
    public static string DynamicConfigRoute(string kind) => $"{DynamicConfig}_{kind}";

    /// <summary>Route that answers 304 when the sidecar has the newest configuration.</summary>
    public static string DynamicConfigNotModifiedRoute(string kind) => $"{DynamicConfig}_{kind}_not_modified";

    /// <summary>Listener and cluster of a Prometheus backend.</summary>
    public static string MeshMetricPrometheus(string backend) => "system_meshmetric_prometheus_" + backend;

    /// <summary>Cluster of an OpenTelemetry backend of metrics.</summary>
    public static string MeshMetricOpenTelemetry(string backend) => "system_meshmetric_otel_" + backend;

    /// <summary>Cluster of a TCP access-log backend.</summary>
    public static string MeshAccessLog(string backend) => "system_meshaccesslog_" + backend;

    /// <summary>Cluster of an OpenTelemetry access-log backend.</summary>
    public static string MeshAccessLogOpenTelemetry(string backend) => "system_meshaccesslog_otel_" + backend;

    /// <summary>Cluster of a trace backend; <paramref name="kind"/> is <c>zipkin</c>, <c>datadog</c> or <c>otel</c>.</summary>
    public static string MeshTrace(string kind, string backend) => $"system_meshtrace_{kind}_{backend}";

    /// <summary>Cluster of a SPIRE agent's secret discovery service.</summary>
    public static string IdentitySds(string agent) => "system_identity_sds-" + agent;

    /// <summary>Node id of a proxy: <c>MESH.NAME</c>.</summary>
    public static string NodeId(string mesh, string name) => $"{mesh}.{name}";

    private static string Section(string? name, uint port) =>
        string.IsNullOrEmpty(name) ? port.ToString(CultureInfo.InvariantCulture) : name;

    private static string Family(bool ipv6) => ipv6 ? "ipv6" : "ipv4";
}
