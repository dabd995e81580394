using Microsoft.Extensions.Logging;

namespace Mesh.Global.Zones;

/// <summary>What is told of zones: each coming, going and failing once.</summary>
internal static partial class ZonesLog
{
    [LoggerMessage(1, LogLevel.Information, "zone {Zone} connected (instance {Instance}, version {Version})", EventName = "ZoneConnected")]
    public static partial void Connected(ILogger logger, string zone, string instance, string version);

    [LoggerMessage(2, LogLevel.Warning, "zone {Zone} is offline: {Reason}", EventName = "ZoneOffline")]
    public static partial void Offline(ILogger logger, string zone, string reason);

    [LoggerMessage(3, LogLevel.Warning, "what is seen of zone {Zone} cannot be written, trying again in {Pause}", EventName = "InsightFailed")]
    public static partial void InsightFailed(ILogger logger, string zone, TimeSpan pause, Exception fault);

    [LoggerMessage(4, LogLevel.Information, "zone {Zone} is now another one: store {New} instead of {Old}", EventName = "ZoneTakenOver")]
    public static partial void TakenOver(ILogger logger, string zone, string old, string @new);

    [LoggerMessage(5, LogLevel.Error, "the Zones cannot be watched, trying again in {Pause}", EventName = "WatchBroke")]
    public static partial void WatchBroke(ILogger logger, TimeSpan pause, Exception fault);
}
