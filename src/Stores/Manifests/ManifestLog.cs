using Microsoft.Extensions.Logging;

namespace Mesh.Stores.Manifests;

/// <summary>What is said about manifests.</summary>
internal static partial class ManifestLog
{
    [LoggerMessage(EventId = 1, EventName = "Recovered", Level = LogLevel.Information, Message = "{Folder}: what {Count} proxies were given is known from before, {Bytes} bytes")]
    public static partial void Recovered(ILogger logger, string folder, int count, long bytes);

    [LoggerMessage(
        EventId = 2,
        EventName = "SetAside",
        Level = LogLevel.Error,
        Message = "{Folder}: what proxies were given before cannot be read and is set aside as *.damaged; it is recorded anew, and nothing else is lost: {Reason}")]
    public static partial void SetAside(ILogger logger, string folder, string reason);

    [LoggerMessage(
        EventId = 3,
        EventName = "Unusable",
        Level = LogLevel.Error,
        Message = "{Folder}: what proxies are given cannot be recorded: {Reason}. A restart will not recognise them at once")]
    public static partial void Unusable(ILogger logger, string folder, string reason);

    [LoggerMessage(
        EventId = 4,
        EventName = "NotRewritten",
        Level = LogLevel.Warning,
        Message = "{Folder}: the record of what proxies were given was not rewritten and goes on growing: {Reason}")]
    public static partial void NotRewritten(ILogger logger, string folder, string reason);
}
