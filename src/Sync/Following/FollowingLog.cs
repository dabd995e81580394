using Microsoft.Extensions.Logging;

namespace Mesh.Sync.Following;

internal static partial class FollowingLog
{
    [LoggerMessage(EventId = 1, EventName = "WatchBroke", Level = LogLevel.Warning, Message = "Watching the store broke off; it begins anew in {Pause}.")]
    public static partial void WatchBroke(ILogger logger, TimeSpan pause, Exception exception);

    [LoggerMessage(EventId = 2, EventName = "WatchRestarted", Level = LogLevel.Information, Message = "The store forgot what changed since revision {Revision}; everything is read anew.")]
    public static partial void WatchRestarted(ILogger logger, long revision);

    [LoggerMessage(EventId = 3, EventName = "ResourceUnsendable", Level = LogLevel.Warning, Message = "{Resource} is not sent to other control planes: {Reason}")]
    public static partial void ResourceUnsendable(ILogger logger, string resource, string reason);

    [LoggerMessage(EventId = 4, EventName = "ResourceSendable", Level = LogLevel.Information, Message = "{Resource} is sent to other control planes again.")]
    public static partial void ResourceSendable(ILogger logger, string resource);
}
