namespace Mesh.Load.Http2;

/// <summary>Takes what comes on one gRPC stream.</summary>
internal interface IGrpcHandler
{
    /// <summary>The stream is open: messages can be sent. Called again for each stream that is opened in its place.</summary>
    void Opened(GrpcStream stream);

    /// <summary>A whole message, valid during the call.</summary>
    void Received(ReadOnlySpan<byte> message);

    /// <summary>The stream ended, not by us; called at most once for each, last. It may be opened again, but not within the call.</summary>
    void Ended(string reason);
}
