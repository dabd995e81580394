using System.Net.Sockets;
using System.Text;
using EnvoyApi.Config.Core.V3;
using EnvoyApi.Service.Discovery.V3;
using Google.Protobuf;
using Mesh.Protocol.Ads;

namespace Mesh.Server.Tests.Ads;

/// <summary>A client by hand that opens a delta stream and then does only what it is told to.</summary>
internal static class RawClient
{
    /// <summary>Opens a delta stream, and neither reads nor answers.</summary>
    public static async Task<Socket> ConnectAsync(Uri server, string nodeId)
    {
        var request = new DeltaDiscoveryRequest { Node = new Node { Id = nodeId }, TypeUrl = XdsTypes.Cluster.Url }.ToByteArray();
        byte[] message = [0, 0, 0, 0, (byte)request.Length, .. request];
        // :method POST and :scheme http of the static table, then literals without indexing.
        List<byte> headers = [0x83, 0x86];
        Literal(headers, [0x04], "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources");
        Literal(headers, [0x01], "localhost");
        Literal(headers, [0x0F, 31 - 15], "application/grpc");
        byte[] hello = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(4, 0, 0, []), .. Frame(1, 4, 1, [.. headers]), .. Frame(0, 0, 1, message)];
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server.Host, server.Port);
        await socket.SendAsync(hello);
        return socket;
    }

    private static void Literal(List<byte> headers, byte[] name, string value)
    {
        headers.AddRange(name);
        headers.Add((byte)value.Length);
        headers.AddRange(Encoding.ASCII.GetBytes(value));
    }

    private static byte[] Frame(byte type, byte flags, byte stream, byte[] payload) =>
        [0, (byte)(payload.Length >> 8), (byte)payload.Length, type, flags, 0, 0, 0, stream, .. payload];
}
