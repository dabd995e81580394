using Microsoft.Extensions.Logging;

namespace Mesh.Server.Hosting;

internal static partial class HostingLog
{
    [LoggerMessage(1, LogLevel.Warning, "anonymous callers may write everything except secrets: the contract protects no other kind", EventName = "AnonymousWrites")]
    public static partial void AnonymousWrites(ILogger logger);

    [LoggerMessage(2, LogLevel.Warning, "proxies are not authenticated (dpServer.authn.dpProxy.type: none)", EventName = "ProxiesUnauthenticated")]
    public static partial void ProxiesUnauthenticated(ILogger logger);

    [LoggerMessage(3, LogLevel.Warning, "the port of proxies has no TLS: configuration and keys travel in clear (dpServer.plainText)", EventName = "PlainText")]
    public static partial void PlainText(ILogger logger);

    [LoggerMessage(4, LogLevel.Error, "{Folder}: what proxies are given cannot be recorded: {Reason}. It is tried again", EventName = "ManifestsNotWritten")]
    public static partial void ManifestsNotWritten(ILogger logger, string folder, string reason);

    [LoggerMessage(5, LogLevel.Information, "{Folder}: what proxies are given is recorded again", EventName = "ManifestsWritten")]
    public static partial void ManifestsWritten(ILogger logger, string folder);

    [LoggerMessage(6, LogLevel.Debug, "rehearsed the arrival of {Proxies} proxies in {Milliseconds:F0} ms", EventName = "Rehearsed")]
    public static partial void Rehearsed(ILogger logger, int proxies, double milliseconds);

    [LoggerMessage(7, LogLevel.Debug, "no rehearsal of proxies' arrival: {Reason}", EventName = "NotRehearsed")]
    public static partial void NotRehearsed(ILogger logger, string reason);
}
