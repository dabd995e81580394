namespace Mesh.Envoy.Names;

/// <summary>Names under which Envoy's extensions are put into filter chains, transport sockets and matchers.</summary>
public static class EnvoyExtensions
{
    public const string HttpConnectionManager = "envoy.filters.network.http_connection_manager";
    public const string TcpProxy = "envoy.filters.network.tcp_proxy";
    public const string NetworkRbac = "envoy.filters.network.rbac";
    public const string NetworkLocalRateLimit = "envoy.filters.network.local_ratelimit";
    public const string NetworkSetFilterState = "envoy.filters.network.set_filter_state";

    public const string Router = "envoy.filters.http.router";
    public const string HttpRbac = "envoy.filters.http.rbac";
    public const string HttpLocalRateLimit = "envoy.filters.http.local_ratelimit";
    public const string Fault = "envoy.filters.http.fault";
    public const string GrpcStats = "envoy.filters.http.grpc_stats";

    public const string TlsInspector = "envoy.filters.listener.tls_inspector";
    public const string HttpInspector = "envoy.filters.listener.http_inspector";
    public const string OriginalDestination = "envoy.filters.listener.original_dst";

    public const string TlsTransportSocket = "envoy.transport_sockets.tls";
    public const string RawBufferTransportSocket = "envoy.transport_sockets.raw_buffer";
    public const string SpiffeCertificateValidator = "envoy.tls.cert_validator.spiffe";

    /// <summary>Key of a cluster's typed extension protocol options.</summary>
    public const string HttpProtocolOptions = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

    /// <summary>Key of endpoint metadata that subset load balancing reads.</summary>
    public const string LoadBalancerMetadata = "envoy.lb";

    /// <summary>Key of endpoint metadata that transport socket matches read.</summary>
    public const string TransportSocketMatchMetadata = "envoy.transport_socket_match";

    public const string RbacAction = "envoy.filters.rbac.action";
    public const string UriSanInput = "envoy.matching.inputs.uri_san";
    public const string FileAccessLog = "envoy.access_loggers.file";
    public const string PreviousHosts = "envoy.retry_host_predicates.previous_hosts";
    public const string OmitHostMetadata = "envoy.retry_host_predicates.omit_host_metadata";
    public const string PreviousPriorities = "envoy.retry_priorities.previous_priorities";
    public const string GoogleRe2 = "envoy.regex_engines.google_re2";
}
