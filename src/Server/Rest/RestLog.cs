using Microsoft.Extensions.Logging;

namespace Mesh.Server.Rest;

internal static partial class RestLog
{
    [LoggerMessage(1, LogLevel.Error, "{Method} {Template} failed", EventName = "RequestFailed")]
    public static partial void Failed(ILogger logger, string method, string template, Exception exception);
}
