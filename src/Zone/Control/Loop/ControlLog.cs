using Microsoft.Extensions.Logging;

namespace Mesh.Zone.Control.Loop;

internal static partial class ControlLog
{
    [LoggerMessage(EventId = 1, EventName = "FaultBegan", Level = LogLevel.Warning, Message = "{Item} failed; next try in {Pause}.")]
    public static partial void FaultBegan(ILogger logger, string item, TimeSpan pause, Exception exception);

    [LoggerMessage(EventId = 2, EventName = "FaultEnded", Level = LogLevel.Information, Message = "{Item} works again after {Failures} failures.")]
    public static partial void FaultEnded(ILogger logger, string item, int failures);

    [LoggerMessage(EventId = 3, EventName = "WatchBroke", Level = LogLevel.Warning, Message = "Watching the store broke off; it begins anew in {Pause}.")]
    public static partial void WatchBroke(ILogger logger, TimeSpan pause, Exception exception);

    [LoggerMessage(EventId = 4, EventName = "WatchRestarted", Level = LogLevel.Information, Message = "The store forgot what changed since revision {Revision}; everything is read anew.")]
    public static partial void WatchRestarted(ILogger logger, long revision);

    [LoggerMessage(EventId = 5, EventName = "RoundFailed", Level = LogLevel.Error, Message = "A round of {Controller} failed before its items were worked on.")]
    public static partial void RoundFailed(ILogger logger, string controller, Exception exception);

    [LoggerMessage(EventId = 6, EventName = "NameUnusable", Level = LogLevel.Warning, Message = "{What} is not generated in mesh {Mesh}: {Name} cannot be its name.")]
    public static partial void NameUnusable(ILogger logger, string what, string mesh, string name);

    [LoggerMessage(EventId = 7, EventName = "AddressesExhausted", Level = LogLevel.Warning, Message = "No virtual address is left in {Cidr} for {Service}.")]
    public static partial void AddressesExhausted(ILogger logger, string cidr, string service);

    [LoggerMessage(EventId = 8, EventName = "NotTakenIn", Level = LogLevel.Error, Message = "{Resource} cannot be taken in; what is computed is without it.")]
    public static partial void NotTakenIn(ILogger logger, string resource, Exception exception);
}
