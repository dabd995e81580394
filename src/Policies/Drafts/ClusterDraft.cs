using EnvoyApi.Config.Cluster.V3;
using EnvoyApi.Extensions.TransportSockets.Tls.V3;
using EnvoyApi.Extensions.Upstreams.Http.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Envoy.Names;

namespace Mesh.Policies.Drafts;

/// <summary>
/// A cluster while policies edit it: HTTP options and TLS context are kept as messages and packed once at the end. Mutable,
/// used by one thread.
/// </summary>
/// <param name="proxy">The proxy.</param>
/// <param name="facts">What the cluster is.</param>
/// <param name="cluster">The cluster; becomes part of the draft.</param>
public sealed class ClusterDraft(ProxyFacts proxy, ClusterFacts facts, Cluster cluster)
{
    /// <summary>The proxy.</summary>
    public ProxyFacts Proxy { get; } = proxy;

    /// <summary>What the cluster is.</summary>
    public ClusterFacts Facts { get; } = facts;

    /// <summary>Everything but HTTP options and TLS context.</summary>
    public Cluster Cluster { get; } = cluster;

    /// <summary>HTTP options; null when requests are not understood and nothing speaks HTTP/2 between proxies.</summary>
    public HttpProtocolOptions? Http { get; set; }

    /// <summary>TLS towards the endpoints; null for plain text.</summary>
    public UpstreamTlsContext? Tls { get; set; }

    /// <summary>The finished cluster. The draft is not to be used afterwards.</summary>
    public Cluster Pack()
    {
        if (Http is not null)
        {
            Cluster.TypedExtensionProtocolOptions[EnvoyExtensions.HttpProtocolOptions] = Any.Pack(Http);
        }

        if (Tls is not null)
        {
            Cluster.TransportSocket = new EnvoyApi.Config.Core.V3.TransportSocket
            {
                Name = EnvoyExtensions.TlsTransportSocket,
                TypedConfig = Any.Pack(Tls),
            };
        }

        return Cluster;
    }
}
