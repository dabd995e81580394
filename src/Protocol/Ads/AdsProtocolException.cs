namespace Mesh.Protocol.Ads;

/// <summary>
/// Ends one stream with a gRPC status; other streams go on. A rejected configuration is not this but a value.
/// The message goes to the client: it names no other client and no secret.
/// </summary>
public sealed class AdsProtocolException(GrpcStatusCode status, string message) : Exception(message)
{
    /// <summary>Status the stream ends with.</summary>
    public GrpcStatusCode Status { get; } = status;
}
