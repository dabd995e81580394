using Microsoft.Extensions.Logging;

namespace Mesh.Server.Kds;

/// <summary>What is told of connections between control planes: each change of state once, never tokens.</summary>
internal static partial class KdsLog
{
    [LoggerMessage(1, LogLevel.Error, "zone {Zone} at {Address} is refused: {Reason}", EventName = "ZoneRefused")]
    public static partial void ZoneRefused(ILogger logger, string zone, string address, string reason);

    [LoggerMessage(2, LogLevel.Information, "zone {Zone} is no longer refused", EventName = "ZoneLetIn")]
    public static partial void ZoneLetIn(ILogger logger, string zone);

    [LoggerMessage(3, LogLevel.Error, "stream {Method} of zone {Zone} failed", EventName = "StreamFault")]
    public static partial void StreamFault(ILogger logger, string zone, string method, Exception fault);

    [LoggerMessage(4, LogLevel.Information, "connected to the global control plane {Address}", EventName = "ConnectedToGlobal")]
    public static partial void Connected(ILogger logger, string address);

    [LoggerMessage(5, LogLevel.Error, "no connection to the global control plane {Address}: {Reason}. The zone goes on by itself and keeps trying", EventName = "GlobalLost")]
    public static partial void Lost(ILogger logger, string address, string reason);

    [LoggerMessage(6, LogLevel.Warning, "zone {Zone} refused {Type}: {Reason}", EventName = "RejectedByZone")]
    public static partial void RejectedByZone(ILogger logger, string zone, string type, string reason);

    [LoggerMessage(7, LogLevel.Warning, "the global control plane refused {Type}: {Reason}", EventName = "RejectedByGlobal")]
    public static partial void RejectedByGlobal(ILogger logger, string type, string reason);

    [LoggerMessage(8, LogLevel.Error, "{Type} {Name} of {Bytes} bytes is larger than the peer receives; left out", EventName = "TooLarge")]
    public static partial void TooLarge(ILogger logger, string type, string name, int bytes);

    [LoggerMessage(9, LogLevel.Warning, "zones are not authenticated (multizone.global.kds.auth.type: none): whoever reaches the port may be any zone", EventName = "ZonesUnauthenticated")]
    public static partial void ZonesUnauthenticated(ILogger logger);

    [LoggerMessage(10, LogLevel.Warning, "the port of zones has no TLS: tokens and secrets travel in clear (multizone.global.kds.tlsEnabled)", EventName = "ZonesInClear")]
    public static partial void ZonesInClear(ILogger logger);

    [LoggerMessage(11, LogLevel.Warning, "the certificate of the global control plane is not verified (multizone.zone.kds.tlsSkipVerify)", EventName = "GlobalUnverified")]
    public static partial void GlobalUnverified(ILogger logger);

    [LoggerMessage(12, LogLevel.Error, "revoked tokens cannot be watched, trying again in {Pause}", EventName = "TokenWatchBroke")]
    public static partial void TokenWatchBroke(ILogger logger, TimeSpan pause, Exception fault);

    [LoggerMessage(14, LogLevel.Error, "whether the zone has everything from its Global cannot be found out, trying again every {Pause}; proxies wait", EventName = "FirstSyncFault")]
    public static partial void FirstSyncFault(ILogger logger, TimeSpan pause, Exception fault);

    [LoggerMessage(15, LogLevel.Warning, "zone {Zone}: {Type} {Name} is not taken: {Reason}; {More} more", EventName = "RefusedOfZone")]
    public static partial void RefusedOfZone(ILogger logger, string zone, string type, string name, string reason, int more);

    [LoggerMessage(16, LogLevel.Warning, "{Count} more refusals of zones within {Window} are not told", EventName = "RefusalsUntold")]
    public static partial void RefusalsUntold(ILogger logger, long count, TimeSpan window);

    [LoggerMessage(17, LogLevel.Error, "a question of Global about Dataplane {Name} of mesh {Mesh} failed", EventName = "QuestionFault")]
    public static partial void QuestionFault(ILogger logger, string mesh, string name, Exception fault);

    [LoggerMessage(13, LogLevel.Information, "connects to the global control plane {Address} anew: {Reason}", EventName = "ConnectsAnew")]
    public static partial void ConnectsAnew(ILogger logger, string address, string reason);
}
