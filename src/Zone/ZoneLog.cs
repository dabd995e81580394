using Microsoft.Extensions.Logging;

namespace Mesh.Zone;

internal static partial class ZoneLog
{
    [LoggerMessage(EventId = 1, EventName = "FaultBegan", Level = LogLevel.Warning, Message = "Proxy {Proxy}: {Part} is left out: {Reason}")]
    public static partial void FaultBegan(ILogger logger, string proxy, string part, string reason);

    [LoggerMessage(EventId = 2, EventName = "FaultEnded", Level = LogLevel.Information, Message = "Proxy {Proxy}: {Part} is complete again.")]
    public static partial void FaultEnded(ILogger logger, string proxy, string part);

    [LoggerMessage(EventId = 3, EventName = "RoundFailed", Level = LogLevel.Error, Message = "A round of mesh {Mesh} failed; its proxies keep what they have until one succeeds.")]
    public static partial void RoundFailed(ILogger logger, string mesh, Exception exception);

    [LoggerMessage(EventId = 4, EventName = "ProxyFailed", Level = LogLevel.Error, Message = "Proxy {Proxy} could not be configured; it keeps what it has.")]
    public static partial void ProxyFailed(ILogger logger, string proxy, Exception exception);

    [LoggerMessage(EventId = 5, EventName = "WatchBroke", Level = LogLevel.Warning, Message = "Watching the store broke off; it begins anew in {Pause}.")]
    public static partial void WatchBroke(ILogger logger, TimeSpan pause, Exception exception);

    [LoggerMessage(EventId = 6, EventName = "WatchRestarted", Level = LogLevel.Information, Message = "The store forgot what changed since revision {Revision}; everything is read anew.")]
    public static partial void WatchRestarted(ILogger logger, long revision);

    [LoggerMessage(EventId = 7, EventName = "ResourceUnreadable", Level = LogLevel.Error, Message = "{Resource} cannot be read and is left out of what proxies are given.")]
    public static partial void ResourceUnreadable(ILogger logger, string resource, Exception exception);
}
