using Microsoft.Extensions.Logging;

namespace Mesh.Zone.Sync;

internal static partial class SyncLog
{
    [LoggerMessage(EventId = 1, EventName = "HeldBack", Level = LogLevel.Error, Message = "Sync from Global {Reason}")]
    public static partial void HeldBack(ILogger logger, string reason);

    [LoggerMessage(EventId = 2, EventName = "FollowedAgain", Level = LogLevel.Information, Message = "Zone {Zone} follows the sync that was held back: {Reason}.")]
    public static partial void FollowedAgain(ILogger logger, string zone, string reason);

    [LoggerMessage(EventId = 3, EventName = "Released", Level = LogLevel.Information, Message = "Zone {Zone} belongs to no Global any more: {Count} resources of Global are its own now.")]
    public static partial void Released(ILogger logger, string zone, int count);

    [LoggerMessage(EventId = 4, EventName = "Restored", Level = LogLevel.Warning, Message = "Zone {Zone} began with an empty store and got {Count} resources back that it had sent to Global. What never left the zone is lost.")]
    public static partial void Restored(ILogger logger, string zone, int count);

    [LoggerMessage(EventId = 5, EventName = "NotRestored", Level = LogLevel.Warning, Message = "Global has resources of this zone that cannot be taken back: {Reason}")]
    public static partial void NotRestored(ILogger logger, string reason);
}
