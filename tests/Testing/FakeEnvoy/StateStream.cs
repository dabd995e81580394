using EnvoyApi.Config.Core.V3;
using EnvoyApi.Service.Discovery.V3;
using Grpc.Core;

namespace Mesh.Testing.FakeEnvoy;

/// <summary>A state-of-the-world stream of a <see cref="FakeEnvoy"/>.</summary>
public sealed class StateStream(AsyncDuplexStreamingCall<DiscoveryRequest, DiscoveryResponse> call, Node node)
    : EnvoyStream<DiscoveryRequest, DiscoveryResponse>(call)
{
    private bool _nodeSent;

    /// <summary>Sends a request; the first one with the node.</summary>
    public Task SendAsync(DiscoveryRequest request)
    {
        if (!_nodeSent)
        {
            request.Node = node;
            _nodeSent = true;
        }

        return SendRawAsync(request);
    }

    /// <summary>Asks for names of a type, the whole list.</summary>
    public Task SubscribeAsync(string typeUrl, params string[] names)
    {
        var request = new DiscoveryRequest { TypeUrl = typeUrl };
        request.ResourceNames.AddRange(names);
        return SendAsync(request);
    }

    /// <summary>Accepts a response and repeats the list of names.</summary>
    public Task AckAsync(DiscoveryResponse response, params string[] names)
    {
        var request = new DiscoveryRequest { TypeUrl = response.TypeUrl, ResponseNonce = response.Nonce, VersionInfo = response.VersionInfo };
        request.ResourceNames.AddRange(names);
        return SendAsync(request);
    }
}
