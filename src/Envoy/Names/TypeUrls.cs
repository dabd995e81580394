namespace Mesh.Envoy.Names;

/// <summary>Type URLs of the resources that travel over xDS.</summary>
public static class TypeUrls
{
    /// <summary>What stands before a message's full name.</summary>
    public const string Prefix = "type.googleapis.com/";

    public const string Cluster = Prefix + "envoy.config.cluster.v3.Cluster";
    public const string ClusterLoadAssignment = Prefix + "envoy.config.endpoint.v3.ClusterLoadAssignment";
    public const string Listener = Prefix + "envoy.config.listener.v3.Listener";
    public const string RouteConfiguration = Prefix + "envoy.config.route.v3.RouteConfiguration";
    public const string ScopedRouteConfiguration = Prefix + "envoy.config.route.v3.ScopedRouteConfiguration";
    public const string VirtualHost = Prefix + "envoy.config.route.v3.VirtualHost";
    public const string Secret = Prefix + "envoy.extensions.transport_sockets.tls.v3.Secret";
    public const string Runtime = Prefix + "envoy.service.runtime.v3.Runtime";
    public const string ExtensionConfig = Prefix + "envoy.config.core.v3.TypedExtensionConfig";

    /// <summary>In the order in which Envoy wants a change: what is pointed at before what points at it.</summary>
    public static IReadOnlyList<string> MakeBeforeBreakOrder { get; } =
        [Secret, Cluster, ClusterLoadAssignment, Listener, RouteConfiguration];
}
