using Mesh.Global.Zones;
using Mesh.Protocol.Kds;
using Mesh.Server.Hosting;
using Mesh.Server.Kds.Wire;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Kds.Global;

/// <summary>Notes what one zone makes of what it is sent: counters and refusals in its insight, metrics, and one line per new refusal.</summary>
internal sealed class ZoneSendObserver(ZoneConnection connection, KdsMetrics metrics, HeapTrim trim, ILogger logger) : IKdsSenderOwner
{
    // Called by one stream's sender, one call at a time. Refusals by type, and the type that stands for all of the same text: a zone that holds a
    // sync back refuses every type of it with one reason, which is told once.
    private readonly Dictionary<string, string> _refusals = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _speakers = new(StringComparer.Ordinal);

    public void FeedChanged()
    {
    }

    public void Subscribed(string type)
    {
    }

    public void Sent(string type, int resources, int removed, int bytes)
    {
        connection.Count(type, sent: 1);
        metrics.Responses.Add(1, new KeyValuePair<string, object?>("type", type));
        metrics.ResponseBytes.Add(bytes);
        trim.Moved(bytes);
        metrics.ResourcesSynced.Add(resources + removed, new("type", type), new("direction", KdsDirections.GlobalToZone));
    }

    public void Accepted(string type)
    {
        connection.Count(type, accepted: 1);
        Withdraw(type);
    }

    public void Rejected(string type, string message)
    {
        connection.Count(type, refused: 1);
        metrics.Rejected.Add(1, new("type", type), new("direction", KdsDirections.GlobalToZone));
        if (_refusals.TryGetValue(type, out var known) && known == message)
        {
            return;
        }

        Withdraw(type);
        _refusals[type] = message;
        if (_speakers.TryAdd(message, type))
        {
            connection.ReportFaults(KdsDirections.GlobalToZone, type, RefusalText.Read(type, message));
            KdsLog.RejectedByZone(logger, connection.Zone, type, message);
        }
    }

    public void TooLarge(string type, string? name, int bytes)
    {
        metrics.Errors.Add(1, new KeyValuePair<string, object?>("type", type));
        KdsLog.TooLarge(logger, type, name ?? "(all)", bytes);
    }

    /// <summary>What was said of a type holds no longer; where it stood for others, one of them takes its place.</summary>
    private void Withdraw(string type)
    {
        if (!_refusals.Remove(type, out var message) || _speakers[message] != type)
        {
            return;
        }

        _speakers.Remove(message);
        connection.ReportFaults(KdsDirections.GlobalToZone, type, []);
        if (_refusals.FirstOrDefault(refusal => refusal.Value == message).Key is { } next)
        {
            _speakers[message] = next;
            connection.ReportFaults(KdsDirections.GlobalToZone, next, RefusalText.Read(next, message));
        }
    }
}
