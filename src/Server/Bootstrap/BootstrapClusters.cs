using System.Net;
using EnvoyApi.Config.Cluster.V3;
using EnvoyApi.Config.Core.V3;
using EnvoyApi.Config.Endpoint.V3;
using EnvoyApi.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Envoy.Names;
using Endpoint = EnvoyApi.Config.Endpoint.V3.Endpoint;
using HttpProtocolOptions = EnvoyApi.Extensions.Upstreams.Http.V3.HttpProtocolOptions;
using SocketAddress = EnvoyApi.Config.Core.V3.SocketAddress;

namespace Mesh.Server.Bootstrap;

/// <summary>The clusters that an Envoy must know before it has asked anyone.</summary>
internal static class BootstrapClusters
{
    private const uint KeepaliveSeconds = 10;
    private const uint KeepaliveProbes = 3;

    /// <summary>The sidecar's access-log streamer.</summary>
    public static Cluster AccessLogSink(BootstrapFacts facts)
    {
        var path = SocketPaths.AccessLog(facts.WorkDir, facts.Name, facts.Mesh);
        var cluster = Http2Cluster(EnvoyNames.AccessLogSink, new Address { Pipe = new Pipe { Path = path } }, facts);
        cluster.Type = Cluster.Types.DiscoveryType.Static;
        return cluster;
    }

    /// <summary>The control plane.</summary>
    public static Cluster ControlPlane(BootstrapFacts facts)
    {
        var cluster = Http2Cluster(EnvoyNames.AdsCluster, SocketAddress(facts.XdsHost, facts.XdsPort), facts);
        cluster.Type = IPAddress.TryParse(facts.XdsHost, out _) ? Cluster.Types.DiscoveryType.Static : Cluster.Types.DiscoveryType.StrictDns;
        if (facts.CaPem.Length > 0)
        {
            cluster.TransportSocket = new TransportSocket { Name = EnvoyExtensions.TlsTransportSocket, TypedConfig = Any.Pack(Tls(facts)) };
        }

        return cluster;
    }

    public static Address SocketAddress(string address, uint port) =>
        new() { SocketAddress = new SocketAddress { Address = address, PortValue = port } };

    private static UpstreamTlsContext Tls(BootstrapFacts facts) => new()
    {
        Sni = facts.XdsHost,
        CommonTlsContext = new CommonTlsContext
        {
            TlsParams = new TlsParameters { TlsMinimumProtocolVersion = TlsParameters.Types.TlsProtocol.Tlsv12 },
            ValidationContextSdsSecretConfig = new SdsSecretConfig { Name = EnvoyNames.ControlPlaneValidationContext },
        },
    };

    private static Cluster Http2Cluster(string name, Address address, BootstrapFacts facts)
    {
        var options = new HttpProtocolOptions
        {
            ExplicitHttpConfig = new HttpProtocolOptions.Types.ExplicitHttpConfig { Http2ProtocolOptions = new Http2ProtocolOptions() },
        };
        var assignment = new ClusterLoadAssignment { ClusterName = name };
        assignment.Endpoints.Add(new LocalityLbEndpoints
        {
            LbEndpoints = { new LbEndpoint { Endpoint = new Endpoint { Address = address } } },
        });
        return new Cluster
        {
            Name = name,
            ConnectTimeout = Duration.FromTimeSpan(facts.Parameters.XdsConnectTimeout),
            LoadAssignment = assignment,
            TypedExtensionProtocolOptions = { [EnvoyExtensions.HttpProtocolOptions] = Any.Pack(options) },
            UpstreamConnectionOptions = new UpstreamConnectionOptions
            {
                TcpKeepalive = new TcpKeepalive
                {
                    KeepaliveInterval = KeepaliveSeconds,
                    KeepaliveProbes = KeepaliveProbes,
                    KeepaliveTime = KeepaliveSeconds,
                },
            },
        };
    }
}
