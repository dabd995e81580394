using Mesh.Protocol.Ads;

namespace Mesh.Protocol.Kds;

/// <summary>Ends one stream between control planes with a gRPC status. The message goes to the peer: it names no secret.</summary>
public class KdsProtocolException(GrpcStatusCode status, string message) : Exception(message)
{
    /// <summary>Status the stream ends with.</summary>
    public GrpcStatusCode Status { get; } = status;
}
