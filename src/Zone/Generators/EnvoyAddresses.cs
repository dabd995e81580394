using EnvoyApi.Config.Core.V3;
using EnvoyApi.Config.Endpoint.V3;

namespace Mesh.Zone.Generators;

/// <summary>Addresses and endpoints as Envoy writes them.</summary>
internal static class EnvoyAddresses
{
    internal static Address Socket(string address, uint port) =>
        new() { SocketAddress = new SocketAddress { Address = address, PortValue = port } };

    internal static Address Pipe(string path) => new() { Pipe = new Pipe { Path = path } };

    /// <summary>A load assignment with one endpoint.</summary>
    internal static ClusterLoadAssignment Single(string cluster, Address address) => new()
    {
        ClusterName = cluster,
        Endpoints =
        {
            new LocalityLbEndpoints { LbEndpoints = { new LbEndpoint { Endpoint = new EnvoyApi.Config.Endpoint.V3.Endpoint { Address = address } } } },
        },
    };
}
