using System.Text.Json.Serialization;
using Mesh.Model.Schema;
using Mesh.Model.Values;

namespace Mesh.Model.Kinds;

/// <summary>A proxy beside an application, or one that stands for a zone (contract §1.1).</summary>
[OmitsDefaults]
public sealed record DataplaneSpec
{
    /// <summary>What the proxy listens on and calls.</summary>
    public DataplaneNetworking? Networking { get; init; }
}

/// <summary>Network side of a proxy.</summary>
[OmitsDefaults]
public sealed record DataplaneNetworking
{
    /// <summary>IP address or DNS name under which other proxies reach it.</summary>
    public string? Address { get; init; }

    /// <summary>Set for a proxy beside a gateway that handles its own inbound traffic.</summary>
    public DataplaneGateway? Gateway { get; init; }

    /// <summary>What the application offers.</summary>
    public IReadOnlyList<DataplaneInbound>? Inbound { get; init; }

    /// <summary>What the application calls, when traffic is not redirected.</summary>
    public IReadOnlyList<DataplaneOutbound>? Outbound { get; init; }

    /// <summary>Set when iptables redirect the application's traffic.</summary>
    public TransparentProxying? TransparentProxying { get; init; }

    /// <summary>Envoy's admin interface.</summary>
    public DataplaneAdmin? Admin { get; init; }

    /// <summary>Listeners of a zone ingress or egress.</summary>
    public IReadOnlyList<DataplaneListener>? Listeners { get; init; }
}

/// <summary>A gateway beside the proxy.</summary>
[OmitsDefaults]
public sealed record DataplaneGateway
{
    /// <summary>Legacy tags of the gateway.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary><c>DELEGATED</c> (default, not written).</summary>
    [ProtoEnum("kuma.mesh.v1alpha1.Dataplane.Networking.Gateway.GatewayType", "DELEGATED")]
    public string? Type { get; init; }
}

/// <summary>A port that the application offers.</summary>
[OmitsDefaults]
public sealed record DataplaneInbound
{
    /// <summary>Port on which the proxy listens.</summary>
    public uint Port { get; init; }

    /// <summary>Port of the application. Default: <see cref="Port"/>.</summary>
    public uint ServicePort { get; init; }

    /// <summary>Address of the application. Default 127.0.0.1.</summary>
    public string? ServiceAddress { get; init; }

    /// <summary>Address on which the proxy listens. Default: that of the Dataplane.</summary>
    public string? Address { get; init; }

    /// <summary>Health as a platform reports it.</summary>
    public InboundHealth? Health { get; init; }

    /// <summary>Asks Envoy to probe the application.</summary>
    public ServiceProbe? ServiceProbe { get; init; }

    /// <summary><c>Ready</c> (default, not written), <c>NotReady</c> or <c>Ignored</c>.</summary>
    [ProtoEnum("kuma.mesh.v1alpha1.Dataplane.Networking.Inbound.State", "Ready", "NotReady", "Ignored")]
    public string? State { get; init; }

    /// <summary>Name; the section name. Default: the port number.</summary>
    public string? Name { get; init; }

    /// <summary><c>tcp</c>, <c>http</c>, <c>http2</c> or <c>grpc</c>. Empty: tcp.</summary>
    public string? Protocol { get; init; }

    /// <summary>Can take traffic.</summary>
    public const string Ready = "Ready";
    /// <summary>Cannot take traffic.</summary>
    public const string NotReady = "NotReady";
    /// <summary>Is no endpoint of any service.</summary>
    public const string Ignored = "Ignored";
}

/// <summary>Health of an inbound.</summary>
[OmitsDefaults]
public sealed record InboundHealth
{
    /// <summary>The application can take traffic.</summary>
    public bool Ready { get; init; }
}

/// <summary>How Envoy probes the application.</summary>
[OmitsDefaults]
public sealed record ServiceProbe
{
    /// <summary>Time between two probes. Default 1 s.</summary>
    [JsonConverter(typeof(SecondsDurationConverter))]
    public GoDuration? Interval { get; init; }

    /// <summary>Time for an answer. Default 500 ms.</summary>
    [JsonConverter(typeof(SecondsDurationConverter))]
    public GoDuration? Timeout { get; init; }

    /// <summary>Failures in a row that make it unhealthy. Default 3.</summary>
    public uint? UnhealthyThreshold { get; init; }

    /// <summary>Successes in a row that make it healthy. Default 1.</summary>
    public uint? HealthyThreshold { get; init; }

    /// <summary>Probe by opening a connection.</summary>
    public TcpProbe? Tcp { get; init; }
}

/// <summary>A probe that opens a connection.</summary>
public sealed record TcpProbe;

/// <summary>A destination that the application calls at a local port.</summary>
[OmitsDefaults]
public sealed record DataplaneOutbound
{
    /// <summary>Address on which the proxy listens. Default 127.0.0.1.</summary>
    public string? Address { get; init; }

    /// <summary>Port on which the proxy listens.</summary>
    public uint Port { get; init; }

    /// <summary>The destination.</summary>
    public OutboundBackendRef? BackendRef { get; init; }
}

/// <summary>Names the destination of an outbound.</summary>
[OmitsDefaults]
public sealed record OutboundBackendRef
{
    /// <summary><c>MeshService</c>, <c>MeshExternalService</c> or <c>MeshMultiZoneService</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>Name; this or labels.</summary>
    public string? Name { get; init; }

    /// <summary>Port of the destination.</summary>
    public uint Port { get; init; }

    /// <summary>Labels; these or the name.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
}

/// <summary>Redirection of the application's traffic.</summary>
[OmitsDefaults]
public sealed record TransparentProxying
{
    /// <summary>Port to which incoming traffic is redirected; 0: none.</summary>
    public uint RedirectPortInbound { get; init; }

    /// <summary>Port to which outgoing traffic is redirected.</summary>
    public uint RedirectPortOutbound { get; init; }

    /// <summary>Services whose instances can be called one by one; <c>*</c>: all.</summary>
    public IReadOnlyList<string>? DirectAccessServices { get; init; }

    /// <summary><c>UnSpecified</c> (default, not written), <c>DualStack</c>, <c>IPv4</c> or <c>IPv6</c>.</summary>
    [ProtoEnum("kuma.mesh.v1alpha1.Dataplane.Networking.TransparentProxying.IpFamilyMode", "UnSpecified", "DualStack", "IPv4", "IPv6")]
    public string? IpFamilyMode { get; init; }

    /// <summary>The only destinations that it gets; null: all.</summary>
    public ReachableBackends? ReachableBackends { get; init; }
}

/// <summary>Destinations that a proxy gets.</summary>
[OmitsDefaults]
public sealed record ReachableBackends
{
    /// <summary>The destinations; empty: none.</summary>
    public IReadOnlyList<ReachableBackendRef>? Refs { get; init; }
}

/// <summary>One destination, or several by labels.</summary>
[OmitsDefaults]
public sealed record ReachableBackendRef
{
    /// <summary><c>MeshService</c>, <c>MeshExternalService</c> or <c>MeshMultiZoneService</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>Name; this or labels.</summary>
    public string? Name { get; init; }

    /// <summary>Namespace of the name.</summary>
    public string? Namespace { get; init; }

    /// <summary>Port; null: all.</summary>
    public uint? Port { get; init; }

    /// <summary>Labels; these or the name.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
}

/// <summary>Envoy's admin interface.</summary>
[OmitsDefaults]
public sealed record DataplaneAdmin
{
    /// <summary>Port on the loopback address; 0: the default.</summary>
    public uint Port { get; init; }
}

/// <summary>A listener of a zone proxy (contract §3.8).</summary>
[OmitsDefaults]
public sealed record DataplaneListener
{
    /// <summary><c>ZoneIngress</c> or <c>ZoneEgress</c>.</summary>
    [ProtoEnum("kuma.mesh.v1alpha1.Dataplane.Networking.Listener.Type", "Unspecified", "ZoneIngress", "ZoneEgress")]
    public string? Type { get; init; }

    /// <summary>Address. Default: that of the Dataplane.</summary>
    public string? Address { get; init; }

    /// <summary>Port.</summary>
    public uint Port { get; init; }

    /// <summary>Name; the section name. Default: the port number.</summary>
    public string? Name { get; init; }

    /// <summary><c>Ready</c> (default, not written) or <c>NotReady</c>.</summary>
    [ProtoEnum("kuma.mesh.v1alpha1.Dataplane.Networking.Listener.State", "Ready", "NotReady")]
    public string? State { get; init; }

    /// <summary>Takes traffic.</summary>
    public const string Ready = "Ready";
    /// <summary>Takes no traffic.</summary>
    public const string NotReady = "NotReady";
    /// <summary>Takes traffic from other zones.</summary>
    public const string ZoneIngress = "ZoneIngress";
    /// <summary>Takes traffic to other zones and to the outside.</summary>
    public const string ZoneEgress = "ZoneEgress";
}
