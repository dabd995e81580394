namespace Mesh.Load.Http2;

/// <summary>Takes what comes on one gRPC stream.</summary>
internal interface IGrpcHandler
{
    /// <summary>The stream is open: messages can be sent. Called again for each stream that is opened in its place.</summary>
    void Opened(GrpcStream stream);

    /// <summary>The next bytes of a message, as they come: messages are not put together here. A message may come in one piece, and its last pieces may never come.</summary>
    /// <param name="piece">Valid during the call.</param>
    /// <param name="left">How many bytes of the message follow; 0: it is complete, and what comes next is of another one.</param>
    void Received(ReadOnlySpan<byte> piece, int left);

    /// <summary>
    /// The stream ended, not by us, or could not be opened; called at most once for each, last. A message that was not complete is none. It may be opened again,
    /// but not within the call.
    /// </summary>
    void Ended(string reason);
}
