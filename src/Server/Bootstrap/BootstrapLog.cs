using Microsoft.Extensions.Logging;

namespace Mesh.Server.Bootstrap;

/// <summary>Log of <c>/bootstrap</c>.</summary>
internal static partial class BootstrapLog
{
    [LoggerMessage(1, LogLevel.Information, "Refused a bootstrap request with {Status}: {Reason}")]
    public static partial void Refused(this ILogger logger, int status, string reason);
}
