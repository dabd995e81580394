using EnvoyApi.Config.Core.V3;
using EnvoyApi.Service.Discovery.V3;
using Google.Protobuf;
using Mesh.Protocol.Ads;

namespace Mesh.Fuzz;

/// <summary>Requests as Envoy sends them.</summary>
internal static class SeedRequests
{
    private static readonly string[] _types = [XdsTypes.Cluster.Url, XdsTypes.Endpoint.Url, XdsTypes.Listener.Url, XdsTypes.Secret.Url];

    public static IReadOnlyList<byte[]> Words { get; } =
        [.. _types.Append("*").Append("c1").Append("c2").Append("l1").Append("s1").Append("1").Append("2").Select(System.Text.Encoding.UTF8.GetBytes)];

    public static IReadOnlyList<byte[]> Delta(Node node)
    {
        var seeds = new List<byte[]>();
        foreach (var type in _types)
        {
            seeds.Add(new DeltaDiscoveryRequest { TypeUrl = type }.ToByteArray());
            seeds.Add(new DeltaDiscoveryRequest { Node = node, TypeUrl = type, ResourceNamesSubscribe = { "c1", "s1", "*", "none" } }.ToByteArray());
            seeds.Add(new DeltaDiscoveryRequest { TypeUrl = type, ResourceNamesUnsubscribe = { "c1", "*" }, ResourceNamesSubscribe = { "c2" } }.ToByteArray());
            seeds.Add(new DeltaDiscoveryRequest { TypeUrl = type, InitialResourceVersions = { ["c1"] = "v", ["x"] = "" } }.ToByteArray());
            for (var nonce = 1; nonce < 6; nonce++)
            {
                seeds.Add(new DeltaDiscoveryRequest { TypeUrl = type, ResponseNonce = $"{nonce}" }.ToByteArray());
                seeds.Add(new DeltaDiscoveryRequest { TypeUrl = type, ResponseNonce = $"{nonce}", ErrorDetail = Error }.ToByteArray());
            }
        }

        return seeds;
    }

    public static IReadOnlyList<byte[]> State(Node node)
    {
        var seeds = new List<byte[]>();
        foreach (var type in _types)
        {
            seeds.Add(new DiscoveryRequest { TypeUrl = type }.ToByteArray());
            seeds.Add(new DiscoveryRequest { Node = node, TypeUrl = type, ResourceNames = { "c1", "s1", "*", "none" } }.ToByteArray());
            for (var nonce = 1; nonce < 6; nonce++)
            {
                seeds.Add(new DiscoveryRequest { TypeUrl = type, ResponseNonce = $"{nonce}", VersionInfo = "v", ResourceNames = { "c1" } }.ToByteArray());
                seeds.Add(new DiscoveryRequest { TypeUrl = type, ResponseNonce = $"{nonce}", ErrorDetail = Error }.ToByteArray());
            }
        }

        return seeds;
    }

    private static GoogleApi.Rpc.Status Error => new() { Code = 13, Message = "Error adding/updating cluster(s) c1: bad, c2: worse" };
}
