using System.Net.Sockets;
using EnvoyApi.Config.Core.V3;
using EnvoyApi.Service.Discovery.V3;
using EnvoyApi.Service.Health.V3;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Mesh.Testing.FakeEnvoy;

/// <summary>A client that speaks discovery and health checking as Envoy does, over a connection of its own.</summary>
public sealed class FakeEnvoy : IDisposable
{
    private const string Discovery = "envoy.service.discovery.v3.AggregatedDiscoveryService";
    private const string Health = "envoy.service.health.v3.HealthDiscoveryService";

    private readonly GrpcChannel _channel;
    private readonly string? _token;

    private FakeEnvoy(GrpcChannel channel, string nodeId, string? token)
    {
        _channel = channel;
        _token = token;
        Node = new Node { Id = nodeId, UserAgentName = "envoy" };
    }

    /// <summary>What it says of itself with the first message of each stream; change it before.</summary>
    public Node Node { get; }

    /// <summary>A client for a server; nothing is sent yet.</summary>
    /// <param name="server"><c>http://</c> (without TLS) or <c>https://</c> (any certificate is trusted).</param>
    /// <param name="nodeId">Node id, <c>mesh.name</c>.</param>
    /// <param name="token">Metadata <c>authorization</c>; null: none.</param>
    public static FakeEnvoy Connect(Uri server, string nodeId, string? token = null)
    {
#pragma warning disable CA5359 // The servers of tests have certificates of the moment.
        var handler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
        };
#pragma warning restore CA5359
        var options = new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true, MaxReceiveMessageSize = null, MaxSendMessageSize = null };
        return new FakeEnvoy(GrpcChannel.ForAddress(server, options), nodeId, token);
    }

    /// <summary>A client for a server on a Unix socket, without TLS; nothing is sent yet.</summary>
    public static FakeEnvoy ConnectUnix(string socketPath, string nodeId)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, token) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), token);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        var options = new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true, MaxReceiveMessageSize = null, MaxSendMessageSize = null };
        return new FakeEnvoy(GrpcChannel.ForAddress("http://relay", options), nodeId, null);
    }

    /// <summary>Opens <c>DeltaAggregatedResources</c>.</summary>
    public DeltaStream OpenDelta() => new(Open(DeltaDiscoveryRequest.Parser, DeltaDiscoveryResponse.Parser, Discovery, "DeltaAggregatedResources"), Node);

    /// <summary>Opens <c>StreamAggregatedResources</c>.</summary>
    public StateStream OpenState() => new(Open(DiscoveryRequest.Parser, DiscoveryResponse.Parser, Discovery, "StreamAggregatedResources"), Node);

    /// <summary>Opens <c>StreamHealthCheck</c>.</summary>
    public EnvoyStream<HealthCheckRequestOrEndpointHealthResponse, HealthCheckSpecifier> OpenHealth() =>
        new(Open(HealthCheckRequestOrEndpointHealthResponse.Parser, HealthCheckSpecifier.Parser, Health, "StreamHealthCheck"));

    /// <summary>Opens any other stream by name.</summary>
    public EnvoyStream<DiscoveryRequest, DiscoveryResponse> OpenOther(string service, string method) =>
        new(Open(DiscoveryRequest.Parser, DiscoveryResponse.Parser, service, method));

    /// <summary>Drops the connection and all streams, as a process that ends.</summary>
    public void Dispose() => _channel.Dispose();

    private AsyncDuplexStreamingCall<TRequest, TResponse> Open<TRequest, TResponse>(
        MessageParser<TRequest> requests, MessageParser<TResponse> responses, string service, string name)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var method = new Method<TRequest, TResponse>(
            MethodType.DuplexStreaming,
            service,
            name,
            Marshallers.Create(m => m.ToByteArray(), b => requests.ParseFrom(b)),
            Marshallers.Create(m => m.ToByteArray(), b => responses.ParseFrom(b)));
        var metadata = new Grpc.Core.Metadata();
        if (_token is not null)
        {
            metadata.Add("authorization", _token);
        }

        return _channel.CreateCallInvoker().AsyncDuplexStreamingCall(method, null, new CallOptions(metadata));
    }
}
