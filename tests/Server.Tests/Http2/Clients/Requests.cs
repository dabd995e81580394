using EnvoyApi.Config.Core.V3;
using EnvoyApi.Service.Discovery.V3;
using Google.Protobuf;
using Mesh.Protocol.Ads;

namespace Mesh.Server.Tests.Http2.Clients;

/// <summary>Discovery requests in DATA frames.</summary>
internal static class Requests
{
    /// <summary>The first of a stream: all clusters.</summary>
    public static byte[] First(int stream, string node) => SentFrames.Data(stream, FirstMessage(node));

    public static byte[] FirstMessage(string node) =>
        Message(new DeltaDiscoveryRequest { Node = new Node { Id = node }, TypeUrl = XdsTypes.Cluster.Url });

    public static byte[] Ack(int stream, DeltaDiscoveryResponse response) =>
        SentFrames.Data(stream, Message(new DeltaDiscoveryRequest { TypeUrl = response.TypeUrl, ResponseNonce = response.Nonce }));

    public static byte[] Message(DeltaDiscoveryRequest request) => SentFrames.Message(request.ToByteArray());
}
