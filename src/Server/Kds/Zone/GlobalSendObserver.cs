using Mesh.Protocol.Kds;
using Mesh.Server.Kds.Wire;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Kds.Zone;

/// <summary>Notes what Global makes of what it is sent: metrics, and one line per new refusal.</summary>
internal sealed class GlobalSendObserver(KdsMetrics metrics, ILogger logger) : IKdsSenderOwner
{
    // Called by one stream's sender, one call at a time.
    private readonly Dictionary<string, string> _refusals = new(StringComparer.Ordinal);

    public void FeedChanged()
    {
    }

    public void Subscribed(string type)
    {
    }

    public void Sent(string type, int resources, int removed, int bytes)
    {
        metrics.Responses.Add(1, new KeyValuePair<string, object?>("type", type));
        metrics.ResponseBytes.Add(bytes);
        metrics.ResourcesSynced.Add(resources + removed, new("type", type), new("direction", KdsDirections.ZoneToGlobal));
    }

    public void Accepted(string type) => _refusals.Remove(type);

    public void Rejected(string type, string message)
    {
        metrics.Rejected.Add(1, new("type", type), new("direction", KdsDirections.ZoneToGlobal));
        if (!_refusals.TryGetValue(type, out var known) || known != message)
        {
            _refusals[type] = message;
            KdsLog.RejectedByGlobal(logger, type, message);
        }
    }

    public void TooLarge(string type, string? name, int bytes)
    {
        metrics.Errors.Add(1, new KeyValuePair<string, object?>("type", type));
        KdsLog.TooLarge(logger, type, name ?? "(all)", bytes);
    }
}
