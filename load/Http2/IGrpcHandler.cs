namespace Mesh.Load.Http2;

/// <summary>Takes what comes on one gRPC stream.</summary>
internal interface IGrpcHandler
{
    /// <summary>The stream is open: messages can be sent.</summary>
    void Opened(GrpcStream stream);

    /// <summary>A whole message, valid during the call.</summary>
    void Received(ReadOnlySpan<byte> message);

    /// <summary>The stream ended, not by us; called at most once, last.</summary>
    void Ended(string reason);
}
