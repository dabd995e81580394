using EnvoyApi.Config.Core.V3;
using EnvoyApi.Service.Discovery.V3;
using Grpc.Core;

namespace Mesh.Testing.FakeEnvoy;

/// <summary>A delta stream of a <see cref="FakeEnvoy"/>: the node goes with the first message, as Envoy's do.</summary>
public sealed class DeltaStream(AsyncDuplexStreamingCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> call, Node node)
    : EnvoyStream<DeltaDiscoveryRequest, DeltaDiscoveryResponse>(call)
{
    private bool _nodeSent;

    /// <summary>Sends a request; the first one with the node.</summary>
    public Task SendAsync(DeltaDiscoveryRequest request)
    {
        if (!_nodeSent)
        {
            request.Node = node;
            _nodeSent = true;
        }

        return SendRawAsync(request);
    }

    /// <summary>Asks for names of a type; none: everything, for clusters and listeners.</summary>
    public Task SubscribeAsync(string typeUrl, params string[] names)
    {
        var request = new DeltaDiscoveryRequest { TypeUrl = typeUrl };
        request.ResourceNamesSubscribe.AddRange(names);
        return SendAsync(request);
    }

    /// <summary>Accepts a response.</summary>
    public Task AckAsync(DeltaDiscoveryResponse response) =>
        SendAsync(new DeltaDiscoveryRequest { TypeUrl = response.TypeUrl, ResponseNonce = response.Nonce });

    /// <summary>Rejects a response.</summary>
    public Task NackAsync(DeltaDiscoveryResponse response, string message) => SendAsync(new DeltaDiscoveryRequest
    {
        TypeUrl = response.TypeUrl,
        ResponseNonce = response.Nonce,
        ErrorDetail = new GoogleApi.Rpc.Status { Code = 13, Message = message },
    });

    /// <summary>Reads a response and accepts it.</summary>
    public async Task<DeltaDiscoveryResponse> AcceptAsync()
    {
        var response = await ReadAsync();
        await AckAsync(response);
        return response;
    }
}
