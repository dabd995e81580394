using System.Net;
using Mesh.Server.Ads.Http2.Frames;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Ads.Http2;

/// <summary>What connections log.</summary>
internal sealed partial class Http2Log(ILogger logger)
{
    [LoggerMessage(1, LogLevel.Warning, "Connection of {Peer} broke the protocol: {Error}, {Message}", EventName = "ProtocolBroken")]
    public partial void Broken(IPEndPoint? peer, Http2Error error, string message);

    [LoggerMessage(2, LogLevel.Error, "Connection of {Peer}: internal error", EventName = "ConnectionFault")]
    public partial void Fault(IPEndPoint? peer, Exception exception);

    [LoggerMessage(3, LogLevel.Debug, "Connection of {Peer} was not established: {Message}", EventName = "NotEstablished")]
    public partial void NotEstablished(IPEndPoint? peer, string message);

    [LoggerMessage(4, LogLevel.Error, "Connections cannot be accepted: {Message}; trying again", EventName = "AcceptFailed")]
    public partial void AcceptFailed(string message);
}
