using Microsoft.Extensions.Logging;

namespace Mesh.Global.Sync;

internal static partial class GlobalSyncLog
{
    [LoggerMessage(EventId = 1, EventName = "TrustWithheld", Level = LogLevel.Warning, Message = "{Trust} of zone {Zone} is not sent to other zones: {Reason}")]
    public static partial void TrustWithheld(ILogger logger, string trust, string zone, string reason);
}
