using Microsoft.Extensions.Logging;

namespace Mesh.Zone.Lifecycle;

internal static partial class LifecycleLog
{
    [LoggerMessage(EventId = 1, EventName = "DataplaneRemoved", Level = LogLevel.Information, Message = "Dataplane {Proxy} is removed: {Reason}.")]
    public static partial void Removed(ILogger logger, string proxy, string reason);

    [LoggerMessage(EventId = 2, EventName = "DataplaneKept", Level = LogLevel.Warning, Message = "Dataplane {Proxy} is kept, offline: many proxies of its mesh left with it, or this control plane has just been restarted.")]
    public static partial void Kept(ILogger logger, string proxy);

    [LoggerMessage(EventId = 3, EventName = "ProxiesDidNotReturn", Level = LogLevel.Information, Message = "{Count} proxies have not come back since the restart and count as offline.")]
    public static partial void DidNotReturn(ILogger logger, int count);

    [LoggerMessage(EventId = 4, EventName = "DataplaneGivenBack", Level = LogLevel.Information, Message = "Dataplane {Proxy} is there again: its proxy came back while it was removed.")]
    public static partial void GivenBack(ILogger logger, string proxy);
}
