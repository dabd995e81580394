using Mesh.Server.Ads.Streams;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.DataPlane;

internal static partial class DataPlaneLog
{
    [LoggerMessage(1, LogLevel.Information, "proxy {Mesh}/{Name} connected (stream {Stream})", EventName = "ProxyConnected")]
    public static partial void Connected(ILogger logger, string mesh, string name, long stream);

    [LoggerMessage(2, LogLevel.Information, "stream {Stream} of proxy {Mesh}/{Name} ended: {Reason}", EventName = "ProxyStreamEnded")]
    public static partial void Ended(ILogger logger, string mesh, string name, long stream, StreamEnd reason);

    [LoggerMessage(3, LogLevel.Warning, "proxy {Mesh}/{Name} sent a node that cannot be read: {Reason}", EventName = "NodeUnreadable")]
    public static partial void NodeUnreadable(ILogger logger, string mesh, string name, string reason);

    [LoggerMessage(4, LogLevel.Warning, "proxy {Mesh}/{Name} refused a configuration: {Rejection}", EventName = "ConfigurationRejected")]
    public static partial void Rejected(ILogger logger, string mesh, string name, string rejection);

    [LoggerMessage(5, LogLevel.Warning, "proxy {Mesh}/{Name}: removing everything of {Type} is held back", EventName = "EmptyingHeldBack")]
    public static partial void HeldBack(ILogger logger, string mesh, string name, string type);

    [LoggerMessage(6, LogLevel.Warning, "proxy {Mesh}/{Name} cannot receive {Resource}: {Bytes} bytes are too many", EventName = "ResourceTooLarge")]
    public static partial void TooLarge(ILogger logger, string mesh, string name, string resource, int bytes);

    [LoggerMessage(8, LogLevel.Debug, "stream {Stream} of proxy {Mesh}/{Name}: it came back with what it was given before", EventName = "ProxyRecognised")]
    public static partial void Recognised(ILogger logger, string mesh, string name, long stream);

    [LoggerMessage(7, LogLevel.Error, "proxy {Mesh}/{Name} listens but cannot be put into rotation: {Reason}", EventName = "NotInRotation")]
    public static partial void NotInRotation(ILogger logger, string mesh, string name, string reason);

    [LoggerMessage(9, LogLevel.Information, "connections of proxies use TCP's '{CongestionControl}' whatever the system does (xdsServer.congestionControl)", EventName = "CongestionControl")]
    public static partial void UsesCongestionControl(ILogger logger, string congestionControl);
}
