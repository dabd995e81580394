namespace Mesh.Server.Ads.Http2.Frames;

/// <summary>A client broke the protocol so that its connection must end (RFC 9113, section 5.4.1).</summary>
internal sealed class Http2Exception(Http2Error error, string message) : Exception(message)
{
    /// <summary>What the client is told.</summary>
    public Http2Error Error { get; } = error;
}
